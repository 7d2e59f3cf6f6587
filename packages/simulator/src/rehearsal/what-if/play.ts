/** Plays one what-if many times, and keeps the run in the middle to be watched. */
import type { Composition, Cost, Instant, Plan, Prices, RehearsalRow, Shift } from '@tuesday/protocol';
import { costOf } from '@tuesday/rollout';
import { seeded } from '../../world/random.ts';
import { layOut, type RehearsedFleet } from '../fleet.ts';
import { judgeRun, type Stopped } from '../judged.ts';
import { keptRow, type Outcome, summarise } from '../outcome.ts';
import { noiseOf } from '../rehearse.ts';
import { type Openings, playRun, type Run } from '../run.ts';
import { faultOf, openingsUnder, planOf } from './fault.ts';
import { type Called, callPeople } from './people.ts';
import { type Story, storyOf } from './story.ts';
import type { WhatIf } from './what-if.ts';
import { whatIfWords } from './words.ts';

/** What a what-if is played against. */
export interface World {
  readonly plan: Plan;
  readonly composition: Composition;
  readonly prices: Prices;
  /** Who is on watch when, as far as it is known. */
  readonly shifts: readonly Shift[];
  /** When the policy lets each stage open, ended by the first that never does; empty: one after the other. */
  readonly calendar: readonly Instant[];
  /** When a rollout begins that no calendar keeps. */
  readonly now: Instant;
  /** The next Friday at 17:30 of the fleet's zone. */
  readonly friday: Instant;
  readonly runs: number;
  readonly seed: number;
}

/** Counts are devices of the whole fleet, medians of the runs; hours are since the first stage opened. */
export interface WhatIfResult {
  readonly whatIf: WhatIf;
  readonly what: string;
  readonly row: RehearsalRow;
  readonly devices: number;
  readonly harmedShare: number;
  /** In the run that is shown; null: never. */
  readonly haltedAfterHours: number | null;
  readonly actedAfterHours: number | null;
  readonly called: readonly string[];
  readonly because: string;
  /** Devices that a technician must visit. */
  readonly visits: number;
  readonly cost: Cost;
  readonly story: Story;
}

/** Devices of one stage that are played; more than that stand for each other. */
const PLAYED_AT_MOST = 6_000;

/** A run, what stopped it, and what became of the fleet. */
export interface Played {
  readonly run: Run;
  readonly stopped: Stopped;
  readonly called: Called;
  readonly evidence: ReadonlyArray<readonly [hour: number, power: number]>;
  readonly outcome: Outcome;
  readonly visits: number;
}

export function playWhatIf(whatIf: WhatIf, world: World): WhatIfResult {
  const plan = planOf(world.plan, whatIf);
  const fleet = layOut(world.composition, plan, PLAYED_AT_MOST);
  const openings = openingsUnder(plan, whatIf, world.calendar);
  const begins = beginOf(whatIf, world);
  const fault = faultOf(whatIf);
  const noise = noiseOf(world.composition, fault);
  const all = Array.from({ length: world.runs }, (_, index) => {
    const run = playRun(fleet, plan, fault, noise, seeded(world.seed + index), openings);
    return judge(run, fleet, { whatIf, world, begins });
  });
  return resultOf(all, { whatIf, world, openings, begins });
}

function beginOf({ start }: WhatIf, { friday, calendar, now }: World): Instant {
  return start === 'friday' ? friday : (calendar[0] ?? now);
}

function judge(
  run: Run,
  fleet: RehearsedFleet,
  { whatIf, world, begins }: { whatIf: WhatIf; world: World; begins: Instant },
): Played {
  const { down, bounds } = whatIf;
  const evidence: Array<readonly [number, number]> = [];
  const stopped = judgeRun(fleet, run, {
    looser: bounds ?? Infinity,
    ...(down === null ? {} : { away: { from: down.at, to: down.at + down.hours } }),
    onBucket: (hour, power) => void evidence.push([hour, power]),
  });
  const firstHarm = Math.min(...offeredBy(run, stopped, Infinity).map(({ harmed }) => harmed));
  const called = callPeople(whatIf, world.shifts, { begins, halted: stopped.halted, firstHarm });
  const until = Math.min(called.acts, run.buckets / 4);
  const offered = offeredBy(run, stopped, called.acts);
  const sum = (fits: (one: (typeof offered)[number]) => boolean) =>
    Math.round(offered.reduce((total, one) => total + (fits(one) ? one.scale : 0), 0));
  const { halted, paused, named } = stopped;
  const outcome = {
    halted,
    paused,
    named,
    firstHarm,
    exposed: sum(() => true),
    harmed: sum(({ harmed }) => harmed <= until),
  };
  const visits = sum(({ harmed, dead }) => harmed < Infinity && dead <= until);
  return { run, stopped, called, evidence, outcome, visits };
}

/** Devices that got their offer before it was closed, or the fleet sent back. */
export function offeredBy({ treated, buckets }: Run, { closed }: Stopped, acts: number) {
  const until = Math.min(acts, buckets / 4);
  return treated.filter(
    (one) =>
      one !== undefined &&
      one.enrolled < until &&
      !closed.some(([from, to]) => one.enrolled >= from && one.enrolled < to),
  ) as Array<NonNullable<(typeof treated)[number]>>;
}

function resultOf(
  all: readonly Played[],
  { whatIf, world, openings, begins }: { whatIf: WhatIf; world: World; openings: Openings; begins: Instant },
): WhatIfResult {
  const { name, slice, harm } = whatIf;
  const culprit = harm === 'none' ? null : slice;
  const row = summarise(
    all.map(({ outcome }) => outcome),
    openings.opens,
    culprit,
  );
  const shown = middleOf(all);
  const { devices } = world.composition;
  const tickets = Math.ceil(row.harmedMedian * world.prices.ticketsPerHarmed);
  const { visits, called, stopped } = shown;
  const hours = (hour: number) => (hour < Infinity ? hour : null);
  return {
    whatIf,
    what: whatIfWords(whatIf),
    row: keptRow({ fault: name, what: whatIfWords(whatIf), culprit }, row),
    devices,
    harmedShare: devices === 0 ? 0 : row.harmedMedian / devices,
    haltedAfterHours: hours(stopped.halted),
    actedAfterHours: hours(called.acts),
    called: called.people,
    because: called.because,
    visits,
    cost: costOf({ harmed: row.harmedMedian, tickets, visits, reconnects: null }, world.prices),
    story: storyOf(shown, { whatIf, plan: planOf(world.plan, whatIf), openings, begins }),
  };
}

/** The run with the median harm: the same for the same seed. */
function middleOf(all: readonly Played[]): Played {
  const sorted = all.map((one, index) => ({ one, index }));
  sorted.sort((a, b) => a.one.outcome.harmed - b.one.outcome.harmed || a.index - b.index);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length / 2))] as { one: Played }).one;
}
