/** The second value of a named culprit, from the offered devices that have the first. */
import type { Blame, Instant } from '@tuesday/protocol';
import { pairOf, type Split } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';

/** Looking costs a read of the culprit's members, so it is done once a minute of the rollout's clock. */
const KEPT_MILLIS = 60_000;
const KEPT_AT_MOST = 16;
const kept = new WeakMap<object, Map<string, Kept>>();

interface Kept {
  readonly at: Instant;
  /** The culprit that it was looked for, with the devices that went wrong. */
  readonly about: string;
  readonly together: Blame['together'];
}

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
  const mine = kept.get(owner) ?? new Map<string, Kept>();
  kept.set(owner, mine);
  const about = `${culprit.attribute} ${culprit.value} ${culprit.bad}`;
  const known = mine.get(row.rollout);
  if (known?.about === about && now >= known.at && now < known.at + KEPT_MILLIS)
    return [withTogether(culprit, known.together), ...others];
  const splits = await readSplits(db, row, culprit);
  const whole = splits.find(({ attribute }) => attribute === culprit.attribute);
  const together =
    whole &&
    pairOf(
      whole,
      splits.filter(({ attribute }) => attribute !== culprit.attribute),
    );
  if (mine.size >= KEPT_AT_MOST) mine.clear();
  mine.set(row.rollout, { at: now, about, together });
  return [withTogether(culprit, together), ...others];
}

function withTogether(culprit: Blame, together: Blame['together']): Blame {
  return together ? { ...culprit, together } : culprit;
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
