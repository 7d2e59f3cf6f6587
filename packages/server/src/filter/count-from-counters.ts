/** Counts that need no look at any device: of one version, or of one value of the environment. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { readSpellings } from '../inventory/counts.ts';
import { type Filter, matches } from './filter.ts';
import type { Known } from './known.ts';

/** @returns undefined where the counters do not know it: two comparisons at once, or something else than a value */
export async function countFromCounters(
  trx: Kysely<Database>,
  filter: Filter,
  known: Known,
): Promise<number | undefined> {
  if (filter.kind === 'version') {
    const { rows } = await sql<{ devices: number }>`
      SELECT coalesce(sum(devices), 0)::int AS devices FROM environment_counts
      WHERE attribute = 'version' AND value = ANY(${known.versionsIn(filter)}::text[])`.execute(trx);
    return rows[0]?.devices ?? 0;
  }
  if (filter.kind !== 'match' || filter.not) return undefined;
  const { subject, patterns } = filter;
  if (subject.of !== 'version' && subject.of !== 'environment') return undefined;
  const attribute = subject.of === 'version' ? 'version' : subject.attribute;
  const spellings = new Set(known.spellingsOf(attribute, patterns));
  return (await readSpellings(trx, [attribute]))
    .filter(({ value }) => spellings.has(value) || patterns.some((pattern) => matches(pattern, value)))
    .reduce((sum, { devices }) => sum + devices, 0);
}
