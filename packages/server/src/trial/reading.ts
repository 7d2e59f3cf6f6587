/** What a rollout's trial says now, from its cells: those of ended buckets are summed up once and kept. */
import {
  type Arm,
  BUCKET_MILLIS,
  frameOf,
  NO_READING,
  readTrial,
  TALLIES,
  Trial,
  type TrialReading,
} from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import type { Cell } from './cells.ts';

interface Kept {
  readonly epoch: number;
  readonly trial: Trial;
  /** Buckets below are in it, for good. */
  closed: number;
}

/** By context, then rollout. A rebuilt one says the same, so losing it costs only time. */
const kept = new WeakMap<object, Map<string, Kept>>();
const KEPT_AT_MOST = 16;

/**
 * Any number of readings may be under way at once.
 *
 * @param owner whoever keeps sums between calls: the database handle of the context, never a transaction, which is
 *   another one each time
 * @param db the transaction that has read the row
 */
export async function readTrialOf(
  owner: object,
  db: Kysely<Database>,
  row: RolloutRow,
): Promise<TrialReading> {
  if (row.trial_layout === null || row.followed_at === null) return NO_READING;
  const known = keptOf(owner, row);
  const cells = await readCells(db, row.rollout, known.closed);
  // From here on nothing is waited for. Another reading may have summed up buckets meanwhile, so it is asked again
  // which are in; this one may also have begun earlier, and then it says what the other one knew.
  const final = Math.floor(row.followed_at / BUCKET_MILLIS);
  count(
    known.trial,
    cells.filter(({ bucket }) => bucket >= known.closed && bucket < final),
  );
  known.closed = Math.max(known.closed, final);
  const now = known.trial.copy();
  count(
    now,
    cells.filter(({ bucket }) => bucket >= known.closed),
  );
  return readTrial(now);
}

function keptOf(owner: object, row: RolloutRow): Kept {
  const mine = kept.get(owner) ?? new Map<string, Kept>();
  kept.set(owner, mine);
  const found = mine.get(row.rollout);
  if (found?.epoch === row.trial_epoch) return found;
  if (mine.size >= KEPT_AT_MOST) mine.delete([...mine.keys()][0] ?? '');
  if (row.trial_layout === null) throw new Error(`rollout ${row.rollout} has no trial`);
  const fresh = { epoch: row.trial_epoch, trial: new Trial(frameOf(row.trial_layout)), closed: -1 };
  mine.set(row.rollout, fresh);
  return fresh;
}

export async function readCells(db: Kysely<Database>, rollout: string, from: number): Promise<Cell[]> {
  const { rows } = await sql<Cell>`SELECT stage, bucket, stratum, slice, arm, tallies FROM trial_cells
    WHERE rollout = ${rollout} AND bucket >= ${from} ORDER BY bucket, stage, stratum, slice, arm`.execute(db);
  return rows;
}

/** @param onClosed hears of each bucket once it is weighed */
export function count(trial: Trial, cells: readonly Cell[], onClosed?: (bucket: number) => void): void {
  let open: number | null = null;
  const close = (bucket: number) => {
    trial.closeBucket(bucket);
    onClosed?.(bucket);
  };
  for (const { stage, bucket, stratum, slice, arm, tallies } of cells) {
    if (open !== null && open !== bucket) close(open);
    open = bucket;
    tallies.forEach((devices, tally) => {
      if (devices !== 0)
        trial.count(stage, arm as Arm, stratum, slice, tally < TALLIES.length ? tally : -1, devices);
    });
  }
  if (open !== null) close(open);
}
