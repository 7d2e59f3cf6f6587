/**
 * Where a device of a rollout stands, and what moves it. Stored per device; a device that waits in an opened
 * stage is what people call pending.
 */
import type { OutcomeKind } from '@tuesday/protocol';

export type StoredState =
  | 'waiting'
  | 'waiting-silent'
  | 'installed'
  | 'proven'
  | 'failed'
  | 'rolled-back'
  | 'silent'
  | 'excluded'
  /** Its environment is not covered by the tests of the release; it waits until it is. */
  | 'untested';

export interface Standing {
  readonly state: StoredState;
  /** Ran the release at some time in this rollout. */
  readonly exposed: boolean;
}

/** What an outcome makes of a member. Late reports count like prompt ones. */
export function afterOutcome(standing: Standing, outcome: OutcomeKind): Standing {
  if (standing.state === 'excluded')
    return {
      state: 'excluded',
      exposed: standing.exposed || (outcome !== 'refused' && outcome !== 'failed'),
    };
  switch (outcome) {
    case 'installed':
      return { state: standing.state === 'proven' ? 'proven' : 'installed', exposed: true };
    case 'confirmed':
      return { state: standing.state === 'proven' ? 'proven' : 'installed', exposed: true };
    case 'unhealthy':
      return { state: 'failed', exposed: true };
    case 'rolled-back':
      return { state: 'rolled-back', exposed: true };
    case 'refused':
    case 'failed':
      return { state: standing.exposed ? standing.state : 'failed', exposed: standing.exposed };
    default:
      return outcome satisfies never;
  }
}

/** Nothing was heard past the deadline. */
export function afterSilence(standing: Standing): Standing {
  switch (standing.state) {
    case 'waiting':
      return { ...standing, state: 'waiting-silent' };
    case 'installed':
    case 'proven':
      return { ...standing, state: 'silent' };
    case 'waiting-silent':
    case 'silent':
    case 'failed':
    case 'rolled-back':
    case 'excluded':
    case 'untested':
      return standing;
    default:
      return standing.state satisfies never;
  }
}

export interface ContactFacts {
  /** The device runs the release, provisionally or confirmed. */
  readonly runsRelease: boolean;
  /** It went back from the release by itself. */
  readonly wentBack: boolean;
  readonly healthy: boolean;
}

const KEPT: readonly StoredState[] = ['failed', 'rolled-back', 'proven'];

/** What a full report makes of a member, also when the outcome that should have said it was lost. */
export function afterContact(standing: Standing, facts: ContactFacts): Standing {
  // Out of the comparison, but what it runs decides whether it has to go back.
  if (standing.state === 'excluded')
    return { state: 'excluded', exposed: standing.exposed || facts.runsRelease };
  if (facts.wentBack) return { state: 'rolled-back', exposed: true };
  if (facts.runsRelease) {
    if (!facts.healthy && standing.state === 'proven') return { state: 'failed', exposed: true };
    // A report that was overtaken does not wash away what went wrong; only a new `installed` does.
    if (KEPT.includes(standing.state)) return { ...standing, exposed: true };
    return { state: 'installed', exposed: true };
  }
  if (standing.state === 'waiting-silent') return { ...standing, state: 'waiting' };
  if (standing.state === 'silent') return { ...standing, state: standing.exposed ? 'failed' : 'waiting' };
  return standing;
}

/** Healthy and in contact for the whole soak. */
export function afterSoak(standing: Standing): Standing {
  return standing.state === 'installed' ? { ...standing, state: 'proven' } : standing;
}

/** Held, or let go again, by what is known about its environment. Who ran the release is nobody to hold. */
export function afterCover(standing: Standing, covered: boolean): Standing {
  if (standing.exposed) return standing;
  if (covered) return standing.state === 'untested' ? { ...standing, state: 'waiting' } : standing;
  const waits = standing.state === 'waiting' || standing.state === 'waiting-silent';
  return waits ? { ...standing, state: 'untested' } : standing;
}
