/**
 * The evidence of a trial over time. Nothing is kept for it: the cells say what each bucket brought, so they are
 * weighed again, bucket by bucket, as they were then. After a slice was excluded they are counted without it.
 */
import { type Instant, type OrRefused, refuse, type TrialHistoryView } from '@tuesday/protocol';
import { BUCKET_MILLIS, frameOf, HALT_ALPHA, PAUSE_ALPHA, Trial } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { count, readCells } from './reading.ts';

type Point = TrialHistoryView['points'][number];

/** More points than that nobody sees. */
const MOST_POINTS = 240;

export async function viewTrialHistory(
  { db }: Pick<Context, 'db'>,
  rollout: string,
): Promise<OrRefused<TrialHistoryView>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx): Promise<OrRefused<TrialHistoryView>> => {
      const row = await trx
        .selectFrom('rollouts')
        .select(['trial_layout', 'followed_at'])
        .where('rollout', '=', rollout)
        .executeTakeFirst();
      if (!row) return { refused: refuse('not-found', `there is no rollout ${rollout}`) };
      const opened = await trx
        .selectFrom('rollout_events')
        .select(['at', 'event'])
        .where('rollout', '=', rollout)
        .orderBy('seq')
        .execute();
      const points: Point[] = [];
      if (row.trial_layout !== null && row.followed_at !== null) {
        const until = row.followed_at;
        const trial = new Trial(frameOf(row.trial_layout));
        count(trial, await readCells(trx, rollout, 0), (bucket) => {
          const evidence = trial.logWeighted() / Math.LN10;
          const at: Instant = Math.min(until, (bucket + 1) * BUCKET_MILLIS);
          if (Number.isFinite(evidence)) points.push({ at, evidence });
        });
      }
      return {
        pauseAt: -Math.log10(PAUSE_ALPHA),
        haltAt: -Math.log10(HALT_ALPHA),
        points: thinned(points),
        opened: opened.flatMap(({ at, event }) =>
          event.kind === 'stage-opened' ? [{ stage: event.stage, at }] : [],
        ),
      };
    });
}

/** The strongest of each stretch, so that no peak is lost, and the last of all. */
export function thinned(points: readonly Point[], most = MOST_POINTS): Point[] {
  if (points.length <= most) return [...points];
  const stretch = Math.ceil(points.length / (most - 1));
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch);
    kept.push(part.reduce((best, one) => (one.evidence > best.evidence ? one : best)));
  }
  const last = points.at(-1);
  if (last && kept.at(-1) !== last) kept.push(last);
  return kept;
}
