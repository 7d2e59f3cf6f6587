/** Plays one scenario and tells what became of the fleet. */
import type { Instant } from '@tuesday/protocol';
import { RECONNECTS_PER_HOUR, TICKETS_PER_AFFECTED } from '../costs.ts';
import type { WorldDevice } from '../world/device.ts';
import { type Firmware, signed, World } from '../world/world.ts';
import { BROKEN_FIRMWARE, FACTORY_FIRMWARE, RELEASE, type Scenario, ZONE } from './scenarios.ts';
import { seeded } from '../world/random.ts';

export interface TimelineEntry {
  readonly at: Instant;
  readonly what: string;
}

export interface Ending {
  readonly exposed: number;
  readonly harmed: number;
  /** Without working firmware at the end, and out of reach of every road. */
  readonly bricked: number;
  /** From the first opening until no further device is offered the release; null: never. */
  readonly haltedAfterHours: number | null;
  readonly selfHealedWithin10MinShare: number | null;
  readonly recoveredWithin4hShare: number | null;
  readonly tickets: number;
  readonly reconnects: number;
  readonly culprit: string | null;
  readonly timeline: readonly TimelineEntry[];
}

export interface PlayOptions {
  readonly seed: number;
  readonly devices: number;
  /** The firmware that is rolled out; the incident's by default. */
  readonly release?: Firmware;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TICK = 5 * MINUTE;

export function play(scenario: Scenario, options: PlayOptions): Ending {
  const world = new World({
    seed: options.seed,
    devices: options.devices,
    begins: scenario.begins,
    factory: FACTORY_FIRMWARE,
    release: options.release ?? BROKEN_FIRMWARE,
    plan: scenario.plan,
    zone: ZONE,
    pollSeconds: scenario.pollSeconds,
    agent: scenario.agent,
  });
  const timeline: TimelineEntry[] = [];
  const story = {
    openedAt: null as Instant | null,
    stoppedAt: null as Instant | null,
    culprit: null as string | null,
  };
  const say = (at: Instant, what: string) => timeline.push({ at, what });
  const stop = (now: Instant) => (story.stoppedAt ??= now);

  world.at(scenario.starts, (now) => {
    world.server.act({ kind: 'started' }, now);
    say(now, `${RELEASE} is started`);
    if (scenario.judged) return;
    world.server.act({ kind: 'stage-opened', stage: 0 }, now);
    story.openedAt = now;
    say(now, `offered to everybody: ${options.devices} devices`);
  });
  world.every(TICK, (now) => {
    if (!scenario.judged) return;
    const decision = world.server.tick(now);
    if (decision.kind === 'nothing') return;
    say(now, decision.because);
    if (decision.events.some(({ kind }) => kind === 'stage-opened')) story.openedAt ??= now;
    if (!decision.events.some(({ kind }) => kind === 'halted')) return;
    stop(now);
    const [worst] = decision.blame;
    story.culprit = worst === undefined ? null : `${worst.attribute} = ${worst.value}`;
    if (scenario.reactionMillis !== undefined)
      recallAt(scenario, world, now + scenario.reactionMillis, say, stop);
  });
  planRecall(scenario, world, say, stop);
  planRelay(scenario, world, options.seed, say);
  world.run(scenario.ends);
  return endingOf(scenario, world, timeline, story);
}

/** People go back when enough of them are there; nobody asks before the cause is known. */
function planRecall(
  scenario: Scenario,
  world: World,
  say: (at: Instant, what: string) => void,
  stop: (now: Instant) => void,
): void {
  const { causeFound } = scenario;
  if (causeFound === undefined) return;
  world.at(causeFound, (now) => say(now, 'the cause is found'));
  recallAt(scenario, world, causeFound, say, stop);
}

/** A recall at this moment, or as soon after as enough approvers are there; never when too few will be. */
function recallAt(
  { approvers, approvalsToGoBack }: Scenario,
  world: World,
  wanted: Instant,
  say: (at: Instant, what: string) => void,
  stop: (now: Instant) => void,
): void {
  const free = approvers.map((approver) => approver.free).sort((a, b) => a - b);
  const enough = free[approvalsToGoBack - 1];
  if (enough === undefined) return;
  world.at(Math.max(wanted, enough), (now) => {
    world.server.act({ kind: 'recall-started' }, now);
    stop(now);
    say(now, `approvals to go back: ${approvalsToGoBack}; the recall is sent to devices that can hear it`);
  });
}

/** Neighbours carry recovery firmware to stranded devices, each at a moment of its own. */
function planRelay(
  { relay }: Scenario,
  world: World,
  seed: number,
  say: (at: Instant, what: string) => void,
): void {
  if (!relay) return;
  const random = seeded(seed ^ 0x5eed);
  world.at(relay.from, (now) => {
    const stranded = world.devices.filter(isDown);
    say(now, `recovery firmware is ready; ${stranded.length} devices are stranded`);
    for (const device of stranded) {
      if (random() >= relay.reach) continue;
      world.at(now + random() * (relay.until - now), (then) => {
        if (isDown(device)) device.rescue(signed(FACTORY_FIRMWARE, device.config.hardware), then);
      });
    }
  });
}

const isDown = (device: WorldDevice) => device.firstFailureAt !== null && device.recoveredAt === null;

function endingOf(
  scenario: Scenario,
  world: World,
  timeline: TimelineEntry[],
  story: { openedAt: Instant | null; stoppedAt: Instant | null; culprit: string | null },
): Ending {
  const harmed = world.devices.filter((device) => device.firstFailureAt !== null);
  const first = Math.min(...harmed.map((device) => device.firstFailureAt ?? Infinity));
  if (Number.isFinite(first)) timeline.push({ at: first, what: 'the first device raises 0x45' });
  const downFor = (device: WorldDevice) =>
    (device.recoveredAt ?? scenario.ends) - (device.firstFailureAt ?? 0);
  const within = (millis: number) =>
    harmed.length === 0
      ? null
      : harmed.filter((device) => device.recoveredAt !== null && downFor(device) <= millis).length /
        harmed.length;
  return {
    exposed: world.devices.filter((device) => device.exposed).length,
    harmed: harmed.length,
    bricked: harmed.filter(isDown).length,
    haltedAfterHours:
      story.openedAt === null || story.stoppedAt === null ? null : (story.stoppedAt - story.openedAt) / HOUR,
    selfHealedWithin10MinShare: within(10 * MINUTE),
    recoveredWithin4hShare: within(4 * HOUR),
    tickets: Math.round(harmed.length * TICKETS_PER_AFFECTED),
    reconnects: harmed.reduce((sum, device) => sum + (downFor(device) / HOUR) * RECONNECTS_PER_HOUR, 0),
    culprit: story.culprit,
    timeline: timeline.sort((a, b) => a.at - b.at),
  };
}
