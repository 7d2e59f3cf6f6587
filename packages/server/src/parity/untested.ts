/** By what the devices of a rollout are held whose environment is not covered: written beside the rollout. */
import type { Instant, Plan } from '@tuesday/protocol';
import { parityOf, type ParityReading, type UntestedRules, untestedRules } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { readInForce } from '../policy/policy.ts';
import { publishedManifest } from '../releases/published-manifest.ts';
import { readParityOf } from './read.ts';

/** @returns null: nobody asks, nobody is held */
export async function untestedOf(
  db: Kysely<Database>,
  plan: Plan,
  reading: ParityReading,
  now: Instant,
): Promise<UntestedRules | null> {
  if (reading.verdict === 'unasked') return null;
  const { policy } = await readInForce(db, now);
  const offersUntested = parityOf(plan).gap === 'cap';
  return untestedRules(plan.release, policy.parity.dimensions, reading.coverage, offersUntested);
}

/** Once a rollout is started the rules stand beside it, and change with tests, policy and time. */
const UNDER_WAY = ['scheduled', 'soaking', 'watching', 'halted'] as const;

/**
 * @param db the transaction of what changes: results, or the policy
 * @param release only rollouts of it; absent: all
 * @returns the rollouts whose rules are others now
 */
export async function renewUntested(db: Kysely<Database>, now: Instant, release?: string): Promise<string[]> {
  const rows = await db
    .selectFrom('rollouts')
    .select(['rollout', 'plan', 'release', 'untested_rules'])
    .where('phase', 'in', UNDER_WAY)
    // Not asked at its start because a glass was broken for it: it is not asked afterwards.
    .where('untested_seq', '>', 0)
    .$if(release !== undefined, (query) => query.where('release', '=', release as string))
    .orderBy('rollout')
    .execute();
  const renewed: string[] = [];
  for (const { rollout, plan, release: version } of rows) {
    const manifest = await publishedManifest(db, version);
    if (!manifest) continue;
    const rules = await untestedOf(db, plan, await readParityOf(db, manifest, now), now);
    const written = await sql<{ rollout: string }>`
      UPDATE rollouts SET untested_rules = ${rules === null ? null : JSON.stringify(rules)}::jsonb,
        untested_seq = untested_seq + 1
      WHERE rollout = ${rollout} AND untested_rules IS DISTINCT FROM ${rules === null ? null : JSON.stringify(rules)}::jsonb
      RETURNING rollout`.execute(db);
    renewed.push(...written.rows.map((one) => one.rollout));
  }
  return renewed;
}
