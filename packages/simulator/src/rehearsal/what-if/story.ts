/** One run as it can be watched: what happens when, and three lines over time. */
import type { Instant, Plan } from '@tuesday/protocol';
import { HALT_ALPHA, PAUSE_ALPHA } from '@tuesday/rollout';
import type { Openings } from '../run.ts';
import { offeredBy, type Played } from './play.ts';
import type { WhatIf } from './what-if.ts';

const HOUR = 3_600_000;
/** Points of a line at most. */
const POINTS = 240;
/** How long it goes on after the fleet was sent back; hours. */
const AFTER = 6;

export interface StoryPoint {
  readonly at: Instant;
  /** Devices, so far. */
  readonly offered: number;
  readonly harmed: number;
  /** The strongest evidence as a power of ten; null: nobody judges any more. */
  readonly evidence: number | null;
}

export interface StoryEvent {
  readonly at: Instant;
  readonly kind: 'opened' | 'harmed' | 'paused' | 'halted' | 'acted' | 'down' | 'up';
  readonly what: string;
}

export interface Story {
  readonly begins: Instant;
  readonly ends: Instant;
  readonly points: readonly StoryPoint[];
  readonly events: readonly StoryEvent[];
  /** Powers of ten; null: nothing halts by itself. */
  readonly haltAt: number | null;
  readonly pauseAt: number | null;
}

interface About {
  readonly whatIf: WhatIf;
  readonly plan: Plan;
  readonly openings: Openings;
  readonly begins: Instant;
}

export function storyOf(played: Played, about: About): Story {
  const { begins, whatIf, openings } = about;
  const { called, stopped } = played;
  const stop = called.acts < Infinity ? called.acts : stopped.halted + 24;
  const hours = Math.min(openings.ends, Math.max(1, stop + AFTER));
  const at = (hour: number) => Math.round(begins + hour * HOUR);
  const power = (alpha: number) => (whatIf.bounds === null ? null : Math.log10(whatIf.bounds / alpha));
  const events = eventsOf(played, about).filter(({ hour }) => hour <= hours);
  return {
    begins,
    ends: at(hours),
    points: pointsOf(played, hours).map(({ hour, ...point }) => ({ at: at(hour), ...point })),
    events: events
      .sort((a, b) => a.hour - b.hour)
      .map(({ hour, kind, what }) => ({ at: at(hour), kind, what })),
    haltAt: power(HALT_ALPHA),
    pauseAt: power(PAUSE_ALPHA),
  };
}

function pointsOf({ run, stopped, called, evidence }: Played, hours: number) {
  const offered = offeredBy(run, stopped, called.acts);
  const step = Math.max(0.25, Math.ceil((hours / POINTS) * 4) / 4);
  const count = Math.floor(hours / step) + 1;
  const arrivals = rising(
    offered.map(({ enrolled, scale }) => [enrolled, scale]),
    count,
    step,
  );
  const troubled = rising(
    offered.filter(({ harmed }) => harmed <= called.acts).map(({ harmed, scale }) => [harmed, scale]),
    count,
    step,
  );
  let next = 0;
  return Array.from({ length: count }, (_, index) => {
    const hour = index * step;
    while (next < evidence.length && (evidence[next]?.[0] ?? Infinity) <= hour) next++;
    const judged = hour <= Math.min(stopped.halted, called.acts) + step;
    const power = judged ? Math.max(0, evidence[next - 1]?.[1] ?? 0) : null;
    return {
      hour,
      offered: Math.round(arrivals[index] as number),
      harmed: Math.round(troubled[index] as number),
      evidence: power,
    };
  });
}

/** How much there is at each step, of what comes at these hours. */
function rising(all: ReadonlyArray<readonly [hour: number, by: number]>, count: number, step: number) {
  const row = new Float64Array(count);
  for (const [hour, by] of all) {
    const index = Math.max(0, Math.ceil(hour / step));
    if (index < count) row[index] = (row[index] as number) + by;
  }
  for (let index = 1; index < count; index++)
    row[index] = (row[index] as number) + (row[index - 1] as number);
  return row;
}

type Moment = Omit<StoryEvent, 'at'> & { hour: number };

function eventsOf({ outcome, stopped, called }: Played, { openings, plan, whatIf }: About): Moment[] {
  const stop = Math.min(stopped.halted, called.acts);
  const opened = openings.opens.flatMap((hour, stage): Moment[] =>
    hour < stop ? [{ hour, kind: 'opened', what: `stage ${stage + 1} opens, to ${share(plan, stage)}` }] : [],
  );
  const { down } = whatIf;
  const named =
    stopped.named === null ? '' : `; it names ${stopped.named.attribute} = ${stopped.named.value}`;
  const once = (hour: number, kind: StoryEvent['kind'], what: string): Moment[] =>
    hour < Infinity ? [{ hour, kind, what }] : [];
  return [
    ...opened,
    ...once(Math.min(outcome.firstHarm), 'harmed', 'the first device is in trouble'),
    ...(stopped.paused < stopped.halted
      ? once(stopped.paused, 'paused', 'the rollout pauses itself: the evidence is suspicious')
      : []),
    ...once(stopped.halted, 'halted', `the rollout halts itself${named}`),
    ...once(called.acts, 'acted', 'people send the fleet back'),
    ...(down === null
      ? []
      : [
          ...once(down.at, 'down', 'the server is away'),
          ...once(down.at + down.hours, 'up', 'the server is back'),
        ]),
  ];
}

const share = ({ stages }: Plan, stage: number) =>
  `${Number(((stages[stage]?.share ?? 0) * 100).toPrecision(3))} %`;
