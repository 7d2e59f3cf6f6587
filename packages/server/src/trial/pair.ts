/** The second value of a named culprit, from the offered devices that have the first. */
import type { Blame, Instant } from '@tuesday/protocol';
import { pairOf, type Split } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';

/** Looking costs a read of the culprit's members, so it is done once a minute of the rollout's clock. */
const KEPT_MILLIS = 60_000;
const kept = new WeakMap<object, Map<string, { readonly at: Instant; readonly blame: Blame }>>();

/** @param owner whoever keeps answers between calls, for instance the database handle */
export async function withPair(
  owner: object,
  db: Kysely<Database>,
  row: RolloutRow,
  blame: readonly Blame[],
  now: Instant,
): Promise<Blame[]> {
  const [culprit, ...others] = blame;
  if (!culprit?.certain) return [...blame];
  const mine = kept.get(owner) ?? new Map<string, { at: Instant; blame: Blame }>();
  kept.set(owner, mine);
  const key = `${row.rollout} ${culprit.attribute} ${culprit.value} ${culprit.bad}`;
  const known = mine.get(key);
  if (known && now >= known.at && now < known.at + KEPT_MILLIS) return [known.blame, ...others];
  const splits = await readSplits(db, row, culprit);
  const whole = splits.find(({ attribute }) => attribute === culprit.attribute);
  const together =
    whole &&
    pairOf(
      whole,
      splits.filter(({ attribute }) => attribute !== culprit.attribute),
    );
  const found: Blame = together ? { ...culprit, together } : culprit;
  mine.clear();
  mine.set(key, { at: now, blame: found });
  return [found, ...others];
}

async function readSplits(db: Kysely<Database>, row: RolloutRow, culprit: Blame): Promise<Split[]> {
  const opened = Object.keys(row.state.openedAt).map(Number);
  const { rows } = await sql<Split>`
    SELECT e.key AS attribute, e.value, count(*)::int AS offered,
      count(*) FILTER (WHERE m.state IN ('failed', 'rolled-back', 'silent'))::int AS bad
    FROM members m CROSS JOIN LATERAL jsonb_each_text(m.environment) AS e
    WHERE m.rollout = ${row.rollout} AND m.stage = ANY(${opened}::smallint[]) AND m.state <> 'excluded'
      AND m.environment ->> ${culprit.attribute} = ${culprit.value}
    GROUP BY e.key, e.value ORDER BY e.key, e.value`.execute(db);
  return rows;
}
