/** Draws the cohorts of a plan by walking over the fleet; memory holds ranks, never devices. */
import type { Environment, Plan } from '@tuesday/protocol';
import {
  type CutOffs,
  cutOffs,
  type Facts,
  rankOf,
  stageOf,
  stageSizes,
  type Strata,
  stratify,
  stratumOf,
  type ValueCount,
  versionOf,
} from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type Candidate, isEligible, type Terms } from './eligible.ts';

export interface Drawn {
  /** Devices of each stage and of the hold-out, which comes last. */
  readonly sizes: readonly number[];
  readonly devices: number;
  readonly values: readonly ValueCount[];
  /** Hands out every member, thousands at a time. */
  walk(take: (members: readonly DrawnMember[]) => Promise<void>): Promise<void>;
}

export interface DrawnMember {
  readonly device: string;
  readonly stage: number;
  readonly stratum: string;
  readonly environment: Environment;
  /** Why the release must not reach it; null: it may. */
  readonly untested: string | null;
}

interface Eligible {
  readonly device: string;
  readonly environment: Environment;
  readonly untested: string | null;
}

/** Why the release must not reach a device; null: it may. */
export type HeldFor = (facts: Facts) => string | null;

/** An attribute with more values than this (a serial number, an address) says nothing about the others. */
export const TOO_FINE = 100;
const CHUNK = 5_000;

/**
 * @param db a transaction of level `repeatable read`, so that every walk meets the same devices
 */
export async function drawCohorts(
  db: Kysely<Database>,
  terms: Terms,
  plan: Plan,
  seed: string,
  heldFor: HeldFor = () => null,
): Promise<Drawn> {
  const { values, coarse } = await countValues(db, terms);
  const strata = stratify(values, plan);
  const ranks = await rankAll(db, terms, strata, coarse, seed);
  const cut = cutOffs(ranks, plan);
  const sizes = stageSizes(cut);
  return {
    sizes,
    devices: sizes.reduce((sum, size) => sum + size, 0),
    values,
    walk: (take) =>
      eachEligible(
        db,
        terms,
        (found) => take(found.map((device) => place(keepOnly(device, coarse), strata, cut, seed))),
        heldFor,
      ),
  };
}

function place(
  { device, environment, untested }: Eligible,
  strata: Strata,
  cut: CutOffs,
  seed: string,
): DrawnMember {
  const stratum = stratumOf(strata, environment);
  return { device, environment, untested, stratum, stage: stageOf(cut, stratum, rankOf(seed, device)) };
}

async function countValues(
  db: Kysely<Database>,
  terms: Terms,
): Promise<{ values: ValueCount[]; coarse: ReadonlySet<string> }> {
  const counts = new Map<string, Map<string, number>>();
  const fine = new Set<string>();
  await eachEligible(db, terms, async (found) => {
    for (const { environment } of found) {
      for (const [attribute, value] of Object.entries(environment)) {
        if (fine.has(attribute)) continue;
        const byValue = counts.get(attribute) ?? new Map<string, number>();
        byValue.set(value, (byValue.get(value) ?? 0) + 1);
        counts.set(attribute, byValue);
        if (byValue.size > TOO_FINE) {
          fine.add(attribute);
          counts.delete(attribute);
        }
      }
    }
  });
  const values = [...counts].flatMap(([attribute, byValue]) =>
    [...byValue].map(([value, devices]) => ({ attribute, value, devices })),
  );
  return { values, coarse: new Set(counts.keys()) };
}

async function rankAll(
  db: Kysely<Database>,
  terms: Terms,
  strata: Strata,
  coarse: ReadonlySet<string>,
  seed: string,
): Promise<Map<string, Float64Array>> {
  const ranks = new Map<string, number[]>();
  await eachEligible(db, terms, async (found) => {
    for (const each of found) {
      const stratum = stratumOf(strata, keepOnly(each, coarse).environment);
      const list = ranks.get(stratum) ?? [];
      list.push(rankOf(seed, each.device));
      ranks.set(stratum, list);
    }
  });
  return new Map([...ranks].map(([stratum, list]) => [stratum, Float64Array.from(list).sort()]));
}

function keepOnly({ environment, ...device }: Eligible, coarse: ReadonlySet<string>): Eligible {
  const kept = Object.entries(environment).filter(([attribute]) => coarse.has(attribute));
  return { ...device, environment: Object.fromEntries(kept) };
}

/** Hardware splits a fleet like any other fact; what the device says about it itself comes second. */
async function eachEligible(
  db: Kysely<Database>,
  terms: Terms,
  take: (found: readonly Eligible[]) => Promise<void>,
  heldFor: HeldFor = () => null,
): Promise<void> {
  await sql`DECLARE fleet NO SCROLL CURSOR FOR
    SELECT device, hardware, held, report FROM devices WHERE report IS NOT NULL`.execute(db);
  for (;;) {
    const { rows } = await sql<Candidate & { device: string }>`FETCH ${sql.lit(CHUNK)} FROM fleet`.execute(
      db,
    );
    if (rows.length === 0) break;
    await take(
      rows
        .filter((row) => isEligible(row, terms))
        .map(({ device, hardware, report }) => {
          const environment = { ...report?.environment, hardware };
          const version = report === null ? undefined : versionOf(report);
          return { device, environment, untested: heldFor({ environment, hardware, version }) };
        }),
    );
  }
  await sql`CLOSE fleet`.execute(db);
}
