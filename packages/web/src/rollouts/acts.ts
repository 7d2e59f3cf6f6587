/**
 * Which buttons a rollout shows, and why one of them says no. Only a courtesy: the server decides, and its
 * refusal is shown word for word.
 */
import { t } from '@lingui/core/macro';
import type { RolloutView } from '@tuesday/protocol';

export type ActName = 'haltRollout' | 'recallRollout' | 'pauseRollout' | 'resumeRollout';

export interface Act {
  name: ActName;
  /** Why the button is disabled. */
  refusal?: string;
}

type Acted = Pick<RolloutView, 'phase' | 'paused' | 'rollout'>;

/** The one red button. */
export function redAct({ phase }: Acted): Act {
  switch (phase) {
    case 'scheduled':
    case 'soaking':
    case 'watching':
      return { name: 'haltRollout' };
    case 'halted':
    case 'completed':
      return { name: 'recallRollout' };
    case 'draft':
      return {
        name: 'haltRollout',
        refusal: t`Nothing runs yet, so there is nothing to halt.`,
      };
    case 'recalling':
      return { name: 'recallRollout', refusal: t`The recall is under way.` };
    case 'recalled':
      return { name: 'recallRollout', refusal: t`The recall is finished.` };
    case 'cancelled':
      return { name: 'haltRollout', refusal: t`It was cancelled; no device was offered anything.` };
    default:
      return phase satisfies never;
  }
}

/** Pause, or resume once an operator has paused; nothing where no offer will be made again. */
export function pauseAct({ phase, paused }: Acted): Act | undefined {
  const name = paused.includes('operator') ? 'resumeRollout' : 'pauseRollout';
  if (phase === 'scheduled' || phase === 'soaking' || phase === 'watching') return { name };
  return phase === 'draft' ? { name, refusal: t`It has not started; there is nothing to pause.` } : undefined;
}

/** Whether a slice can be taken out in this phase. */
export function leavesOut({ phase }: Pick<RolloutView, 'phase'>): boolean {
  return phase === 'scheduled' || phase === 'soaking' || phase === 'halted';
}

/** The command line that does what the red button would, for when this page cannot. */
export function commandLeft(rollout: string, view: Acted | undefined): string {
  const act: Act = view ? redAct(view) : { name: 'haltRollout' };
  const verb = act.refusal === undefined ? act.name.replace('Rollout', '') : undefined;
  return verb === undefined ? `tuesday rollout view ${rollout}` : commandOf(verb, rollout);
}

function commandOf(verb: string, rollout: string): string {
  return `tuesday rollout ${verb} ${rollout} --because "…"`;
}

export interface ActWords {
  button: string;
  /** A question. */
  title: string;
  consequence: string;
  command: string;
}

export function actWords(
  name: ActName,
  view: Pick<RolloutView, 'rollout' | 'release' | 'wayBack'>,
): ActWords {
  const command = commandOf(name.replace('Rollout', ''), view.rollout);
  switch (name) {
    case 'haltRollout':
      return {
        button: t`Halt`,
        title: t`Halt this rollout?`,
        consequence: t`No device is offered ${view.release} any more. Devices that run it keep it until you recall. A halt cannot be undone; only a recall or a new rollout follows.`,
        command,
      };
    case 'recallRollout':
      return {
        button: t`Recall`,
        title: t`Recall to ${view.wayBack}?`,
        consequence: t`Every device that took ${view.release} is offered ${view.wayBack}, along the way back that was signed with the release. No new signature is needed.`,
        command,
      };
    case 'pauseRollout':
      return {
        button: t`Pause`,
        title: t`Pause this rollout?`,
        consequence: t`No new offers until somebody resumes it. The gates keep listening: bad news still halts it.`,
        command,
      };
    case 'resumeRollout':
      return {
        button: t`Resume`,
        title: t`Resume this rollout?`,
        consequence: t`Offers go on as the plan says, at the next look of the judge.`,
        command,
      };
    default:
      return name satisfies never;
  }
}
