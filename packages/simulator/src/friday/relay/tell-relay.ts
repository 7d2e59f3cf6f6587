/** The third story: Friday with rescue and relay, beside its peers on the same devices. */
import { RECONNECTS_PER_HOUR, TICKETS_PER_AFFECTED } from '../../costs.ts';
import type { Ending } from '../play.ts';
import { AS_IT_HAPPENED } from '../scenarios.ts';
import { playRelay, type Recovery } from './play-relay.ts';
import { FRIDAY_WITH_RELAY, RECOVERY, type RelaySetup } from './relay-setup.ts';
import type { RelayWorld } from './relay-world.ts';

export interface Peer extends Omit<Recovery, 'left'> {
  readonly name: string;
}

export interface RecoveryReport extends Recovery {
  readonly peers: readonly Peer[];
  readonly assumptions: RelaySetup;
}

const HOUR = 3_600_000;

/** @returns the same for the same options */
export function tellRelay(options: { readonly seed: number; readonly devices: number }): {
  readonly ending: Ending;
  readonly recovery: RecoveryReport;
} {
  const setup = FRIDAY_WITH_RELAY;
  const { world, recovery } = playRelay(setup, options);
  const peers = (['chapter', 'http-only'] as const).map((roads): Peer => {
    const { left: _, ...figures } = playRelay({ ...setup, roads }, options).recovery;
    return { name: roads === 'chapter' ? "the chapter's relay" : 'HTTP only, no relay', ...figures };
  });
  const report = { ...recovery, peers, assumptions: setup };
  return { ending: endingOf(world, recovery, options.devices), recovery: report };
}

/** The rollout is the one of the story as it happened: everybody has 3.2.5, and on Saturday 14:00 it is stopped. */
function endingOf(world: RelayWorld, recovery: Recovery, fleet: number): Ending {
  const { ends, publishedAt } = FRIDAY_WITH_RELAY;
  const downFor = world.devices
    .filter(({ firstFailureAt }) => firstFailureAt !== null)
    .map(({ firstFailureAt, recoveredAt }) => (recoveredAt ?? ends) - (firstFailureAt ?? 0));
  const first = Math.min(...world.devices.map(({ firstFailureAt }) => firstFailureAt ?? Infinity));
  const within = (millis: number) =>
    downFor.length === 0
      ? null
      : downFor.filter((millisDown) => millisDown <= millis).length / downFor.length;
  const bricked = recovery.left.devices.length;
  const timeline = [
    ...(Number.isFinite(first) ? [{ at: first, what: 'the first device raises 0x45' }] : []),
    { at: publishedAt, what: `${RECOVERY} is published as a recovery release, signed by two people` },
    { at: ends, what: `${recovery.affected - bricked} are back, ${bricked} wait for a technician` },
  ];
  return {
    exposed: fleet,
    harmed: downFor.length,
    bricked,
    haltedAfterHours: (publishedAt - AS_IT_HAPPENED.starts) / HOUR,
    selfHealedWithin10MinShare: within(HOUR / 6),
    recoveredWithin4hShare: within(4 * HOUR),
    tickets: Math.round(downFor.length * TICKETS_PER_AFFECTED),
    reconnects: downFor.reduce((sum, millis) => sum + (millis / HOUR) * RECONNECTS_PER_HOUR, 0),
    culprit: null,
    timeline,
  };
}
