/** Plays a plan against a fleet's composition, once for every fault of the catalogue. */
import type { Composition, Plan, Rehearsal, RehearsalRow } from '@tuesday/protocol';
import { seeded } from '../world/random.ts';
import { culpritsOf, type Fault, faultsOf, GOOD } from './faults.ts';
import { layOut, type RehearsedFleet } from './fleet.ts';
import { judgeRun } from './judged.ts';
import { outcomeOf, keptRow, type Row, summarise } from './outcome.ts';
import { openingsOf, playRun } from './run.ts';
import type { Noise } from './timeline.ts';

export interface RehearsalOptions {
  /** Runs for each fault. */
  readonly runs: number;
  readonly seed: number;
  /** Kept with the result. */
  readonly at: number;
}

/** Devices of one stage that are played: enough to see what a stage sees, and few enough to wait for. */
const PLAYED_AT_MOST = 6_000;

/** How often a seed's runs are apart, so that those of two faults or seeds never coincide. */
const STRIDE = 1_000_003;

export function rehearse(plan: Plan, composition: Composition, options: RehearsalOptions): Rehearsal {
  const fleet = layOut(composition, plan, PLAYED_AT_MOST);
  const faults = [...GOOD.filter(({ name }) => name !== 'good-quiet'), ...faultsOf(culpritsOf(composition))];
  const rows = faults.map((fault, index): RehearsalRow => {
    const row = playFault(fleet, plan, fault, noiseOf(composition, fault), {
      runs: options.runs,
      seed: options.seed + index * STRIDE,
    });
    return keptRow({ fault: fault.name, what: fault.what, culprit: fault.culprit }, row);
  });
  return {
    at: options.at,
    seed: options.seed,
    runs: options.runs,
    devices: composition.devices,
    source: composition.source,
    rows,
  };
}

function playFault(
  fleet: RehearsedFleet,
  plan: Plan,
  fault: Fault,
  noise: Noise,
  { runs, seed }: { runs: number; seed: number },
): Row {
  const outcomes = Array.from({ length: runs }, (_, index) => {
    const run = playRun(fleet, plan, fault, noise, seeded(seed + index));
    return outcomeOf(run, judgeRun(fleet, run));
  });
  return summarise(outcomes, openingsOf(plan).opens, fault.culprit);
}

/** The share that is away at any time, from the share that has been silent for a while. */
export function noiseOf(composition: Composition, fault: Pick<Fault, 'awayShare'>): Noise {
  const silent = composition.silence.find(({ minutes }) => minutes >= 30) ?? { minutes: 45, share: 0 };
  const away = silent.share * Math.sqrt(1 + silent.minutes / 30);
  return { awayShare: fault.awayShare ?? Math.min(0.3, away), troublePerDay: composition.troublePerDay };
}
