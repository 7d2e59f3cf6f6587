/**
 * Who comes when. Devices are drawn by a hash, so that nobody can choose, inside strata, so that every
 * environment value is among the first.
 */
import { createHash } from 'node:crypto';
import type { DeviceId, Environment, Plan } from '@tuesday/protocol';

export interface ValueCount {
  readonly attribute: string;
  readonly value: string;
  readonly devices: number;
}

/** The rare values of a fleet, rarest first. Everything else is the common stratum, `''`. */
export interface Strata {
  readonly rare: ReadonlyArray<ValueCount & { readonly stratum: string }>;
}

/** stratum → for each stage, the rank below which a device is in it; beyond the last comes the hold-out. */
export type CutOffs = ReadonlyMap<
  string,
  { readonly ranks: readonly number[]; readonly sizes: readonly number[] }
>;

const stratumName = (attribute: string, value: string) => `${attribute}=${value}`;

/** A value is rare when a first stage of its share alone would hold fewer than `plan.coverage` of it. */
export function stratify(counts: readonly ValueCount[], plan: Plan): Strata {
  const first = plan.stages[0]?.share ?? 1;
  const rare = counts
    .filter((count) => count.devices > 0 && first * count.devices < plan.coverage)
    .map((count) => ({ ...count, stratum: stratumName(count.attribute, count.value) }))
    .sort((a, b) => a.devices - b.devices || (a.stratum < b.stratum ? -1 : 1));
  return { rare };
}

/** The stratum of a device: its rarest rare value, or `''`. */
export function stratumOf(strata: Strata, environment: Environment): string {
  return strata.rare.find(({ attribute, value }) => environment[attribute] === value)?.stratum ?? '';
}

/** Uniform in [0, 1), fixed by seed and device: 52 bits of SHA-256. */
export function rankOf(seed: string, device: DeviceId): number {
  const digest = createHash('sha256').update(`${seed}\n${device}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/**
 * @param ranks for each stratum, the ranks of its devices in rising order
 */
export function cutOffs(ranks: ReadonlyMap<string, Float64Array>, plan: Plan): CutOffs {
  const cut = new Map(
    [...ranks].map(([stratum, sorted]) => [stratum, cutStratum(sorted, plan, stratum !== '')]),
  );
  const empty = [...cut.values()].every(({ sizes }) => sizes[0] === 0);
  const largest = [...ranks].sort(([, a], [, b]) => b.length - a.length)[0];
  // A fleet too small for its shares still needs somebody to go first.
  if (empty && largest && largest[1].length > 0)
    cut.set(largest[0], cutStratum(largest[1], plan, largest[0] !== '', 1));
  return cut;
}

function cutStratum(
  sorted: Float64Array,
  plan: Plan,
  rare: boolean,
  atLeast = 0,
): { ranks: number[]; sizes: number[] } {
  const devices = sorted.length;
  const offered = devices - Math.min(Math.round(devices * plan.holdOut), Math.floor(devices / 2));
  let before = Math.min(atLeast, offered);
  let counted = 0;
  const sizes: number[] = [];
  const ranks: number[] = [];
  plan.stages.forEach((stage, index) => {
    const wanted = Math.round(stage.share * devices);
    const covered =
      index === 0 && rare ? Math.min(Math.max(plan.coverage, wanted), Math.floor(devices / 2)) : wanted;
    const upTo = Math.max(
      before,
      Math.min(offered, index === plan.stages.length - 1 && stage.share === 1 ? offered : covered),
    );
    sizes.push(upTo - counted);
    ranks.push(upTo < devices ? (sorted[upTo] ?? 1) : 1);
    before = upTo;
    counted = upTo;
  });
  sizes.push(devices - before);
  return { ranks, sizes };
}

/** Index of the device's stage; `plan.stages.length` is the hold-out. */
export function stageOf(cut: CutOffs, stratum: string, rank: number): number {
  const ranks = (cut.get(stratum) ?? cut.get(''))?.ranks ?? [];
  const stage = ranks.findIndex((limit) => rank < limit);
  return stage < 0 ? ranks.length : stage;
}

/** Devices of each stage and of the hold-out, which comes last. */
export function stageSizes(cut: CutOffs): number[] {
  const total: number[] = [];
  for (const { sizes } of cut.values())
    sizes.forEach((size, index) => (total[index] = (total[index] ?? 0) + size));
  return total;
}

/**
 * Values of which the first stage holds fewer devices than the plan's coverage: what the rollout cannot see.
 *
 * @param first devices of the first stage by value, as counted once every device has its stage
 */
export function thinValues(
  counts: readonly ValueCount[],
  first: readonly ValueCount[],
  plan: Plan,
): Array<ValueCount & { readonly inFirstStage: number }> {
  const inFirst = new Map(first.map((count) => [stratumName(count.attribute, count.value), count.devices]));
  return counts
    .map((count) => ({ ...count, inFirstStage: inFirst.get(stratumName(count.attribute, count.value)) ?? 0 }))
    .filter((count) => count.devices > 0 && count.inFirstStage < plan.coverage);
}
