/**
 * A fleet as a rehearsal sees it: how many devices live in each environment, drawn into stages by the rollout's
 * own rules. Only devices that a trial would follow are played one by one; their number is bounded, so a fleet
 * of a million costs no more than one of a hundred thousand.
 */
import type { Composition, Plan } from '@tuesday/protocol';
import { cutOffs, type Slice, stratify, stratumOf, type TrialLayout, WHOLE } from '@tuesday/rollout';
import type { Random } from '../world/random.ts';

/**
 * Devices of one stage and stratum that are played at most. The control plane follows up to 40,000 of each arm, so
 * what a rehearsal of a large fleet sees in its late stages is a little less than what the judge would.
 */
const PLAYED_AT_MOST = 12_000;

export interface Stratum {
  readonly name: string;
  /** Environment of each device, as an index into the fleet's cells; shuffled anew in front for each run. */
  readonly cellOf: Int32Array;
  /** Devices of each stage, the hold-out last; and how many of them are followed. */
  readonly sizes: readonly number[];
  readonly followed: readonly number[];
}

export interface RehearsedFleet {
  readonly devices: number;
  readonly cells: Composition['cells'];
  /** Indexes of the slices that a cell belongs to, the whole first. */
  readonly slicesOf: readonly Int32Array[];
  readonly strata: readonly Stratum[];
  readonly slices: readonly Slice[];
  readonly metrics: boolean;
}

/** @param playedAtMost devices of one stage and stratum; more than that stand for each other */
export function layOut(composition: Composition, plan: Plan, playedAtMost = PLAYED_AT_MOST): RehearsedFleet {
  const counts = countValues(composition);
  const slices: Slice[] = [WHOLE, ...counts.map(({ attribute, value }) => ({ attribute, value }))];
  const indexOf = new Map(slices.map(({ attribute, value }, index) => [`${attribute}\0${value}`, index]));
  const byStratum = new Map<string, number[]>();
  const strata = stratify(counts, plan);
  composition.cells.forEach(({ environment, devices }, cell) => {
    const name = stratumOf(strata, environment);
    const members = byStratum.get(name) ?? [];
    for (let device = 0; device < devices; device++) members.push(cell);
    byStratum.set(name, members);
  });
  const cut = cutOffs(
    new Map([...byStratum].map(([name, members]) => [name, new Float64Array(members.length)])),
    plan,
  );
  return {
    devices: composition.devices,
    cells: composition.cells,
    slicesOf: composition.cells.map(({ environment }) =>
      Int32Array.from([
        0,
        ...Object.entries(environment).map(
          ([attribute, value]) => indexOf.get(`${attribute}\0${value}`) ?? 0,
        ),
      ]),
    ),
    strata: [...byStratum].map(([name, members]) => {
      const sizes = cut.get(name)?.sizes ?? [];
      return {
        name,
        cellOf: Int32Array.from(members),
        sizes,
        followed: sizes.map((size) => Math.min(size, playedAtMost)),
      };
    }),
    slices,
    metrics: plan.metrics.length > 0,
  };
}

function countValues({ cells }: Composition): Array<{ attribute: string; value: string; devices: number }> {
  const counts = new Map<string, { attribute: string; value: string; devices: number }>();
  for (const { environment, devices } of cells)
    for (const [attribute, value] of Object.entries(environment)) {
      const key = `${attribute}\0${value}`;
      const known = counts.get(key) ?? { attribute, value, devices: 0 };
      known.devices += devices;
      counts.set(key, known);
    }
  return [...counts.keys()]
    .sort()
    .map((key) => counts.get(key) as NonNullable<ReturnType<typeof counts.get>>);
}

/** One followed device of a run. */
export interface Subject {
  readonly cell: number;
  readonly stratum: number;
  /** Stage of its cohort; the number of stages is the hold-out. */
  readonly stage: number;
}

/** Draws who is in which stage, by a shuffle of as many devices as are followed. */
export function drawSubjects(fleet: RehearsedFleet, random: Random): Subject[] {
  const subjects: Subject[] = [];
  fleet.strata.forEach(({ cellOf, followed }, stratum) => {
    let at = 0;
    followed.forEach((count, stage) => {
      for (let one = 0; one < count; one++, at++) {
        const other = at + Math.floor(random() * (cellOf.length - at));
        const cell = cellOf[other] as number;
        cellOf[other] = cellOf[at] as number;
        cellOf[at] = cell;
        subjects.push({ cell, stratum, stage });
      }
    });
  });
  return subjects;
}

/** The layout that the control plane would fix at the start. */
export function layoutOf(fleet: RehearsedFleet, subjects: readonly Subject[]): TrialLayout {
  const stages = fleet.strata[0]?.sizes.length ?? 0;
  const cohorts = Array.from({ length: stages }, () => fleet.slices.map(() => 0));
  for (const { cell, stage } of subjects)
    for (const slice of fleet.slicesOf[cell] ?? []) {
      const row = cohorts[stage] as number[];
      row[slice] = (row[slice] ?? 0) + 1;
    }
  return {
    slices: fleet.slices,
    strata: fleet.strata.map(({ name }) => name),
    cohorts,
    metrics: fleet.metrics,
  };
}

/** How many devices of a stage stand for each one that is followed. */
export function scaleOf(fleet: RehearsedFleet, stage: number): number {
  const sum = (key: 'sizes' | 'followed') =>
    fleet.strata.reduce((total, one) => total + (one[key][stage] ?? 0), 0);
  return sum('followed') === 0 ? 1 : sum('sizes') / sum('followed');
}
