/** The shell around the judge: one rollout, one transaction, one decision. */
import { isRefused, type RolloutEvent } from '@tuesday/protocol';
import { decide, type StageJudge } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { JUDGE } from '../audit/actor.ts';
import { liveGlass, useGlass } from '../break-glass/live-glass.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readParitySituation } from '../parity/situation.ts';
import { readInForce } from '../policy/policy.ts';
import { apply, type RolloutRow } from './apply.ts';
import { readSignals } from '../signals/read-signals.ts';
import { readTrialOf } from '../trial/reading.ts';
import { countToRecall, readCounts, situationOf } from './situation.ts';
import { readWatch } from '../watch/situation.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

/** Phases in which the judge can do something. A halted rollout keeps the sentence that halted it. */
const JUDGED = ['scheduled', 'soaking', 'watching', 'recalling'] as const;

/** `busy`: another shell has it. */
export type Ticked = 'events' | 'nothing' | 'busy';

/** Judges every rollout that is under way, each in a transaction of its own. */
export async function tickAll(context: Parts, judge?: StageJudge): Promise<Map<string, Ticked>> {
  const rows = await context.db
    .selectFrom('rollouts')
    .select('rollout')
    .where('phase', 'in', JUDGED)
    .orderBy('created_at')
    .execute();
  const ticked = new Map<string, Ticked>();
  for (const { rollout } of rows) ticked.set(rollout, await tick(context, rollout, judge));
  return ticked;
}

export async function tick({ db, clock }: Parts, rollout: string, judge?: StageJudge): Promise<Ticked> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('rollouts')
      .selectAll()
      .where('rollout', '=', rollout)
      .where('phase', 'in', JUDGED)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    return row ? judgeLocked(db, trx, row, clock.now(), judge) : 'busy';
  });
}

async function judgeLocked(
  db: Kysely<Database>,
  trx: Kysely<Database>,
  row: RolloutRow,
  now: number,
  judge: StageJudge | undefined,
): Promise<Ticked> {
  const counts = await readCounts(trx, row.rollout);
  const { calendar, policy } = await readInForce(trx, now);
  const toRecall = await countToRecall(trx, row, now);
  const trial = await readTrialOf(db, trx, row);
  const signals = await readSignals(db, trx, row, now);
  const glass = await liveGlass(trx, row, now);
  const watch = await readWatch(trx, row.rollout);
  const parity = await readParitySituation(db, trx, row, now);
  const { deviceHours } = policy;
  const given = { parity, trial, signals, toRecall, calendar, deviceHours, glass, watch, now };
  const decision = decide(situationOf(row, counts, given), judge);
  if (decision.kind === 'nothing') {
    await remember(trx, row, decision.because, decision.lookAgainAt);
    return 'nothing';
  }
  const { events, because, blame } = decision;
  // It was for the next stage, whether or not that needed it.
  if (glass && events.some(isOpening)) await useGlass(trx, glass.glass, now);
  const verb = `rollout.${events.at(-1)?.kind ?? 'decide'}`;
  const applied = await apply(trx, row, { events, at: now, actor: JUDGE, because, verb, blame });
  // The row is locked and the judge knows the transitions: a refusal here is a fault of ours.
  if (isRefused(applied)) throw new Error(`the judge decided what cannot happen: ${applied.refused.because}`);
  return 'events';
}

const isOpening = ({ kind }: RolloutEvent) => kind === 'stage-opened' || kind === 'hold-out-opened';

/** Waits that say "so long from now" move with every tick; only a step that shows is written. */
const STEP = 60_000;

async function remember(
  trx: Kysely<Database>,
  row: RolloutRow,
  because: string,
  lookAgainAt: number | null,
): Promise<void> {
  const before = row.look_again_at;
  const same =
    before === lookAgainAt ||
    (before !== null && lookAgainAt !== null && Math.abs(before - lookAgainAt) < STEP);
  if (because === row.because && same) return;
  await trx
    .updateTable('rollouts')
    .set({ because, look_again_at: lookAgainAt })
    .where('rollout', '=', row.rollout)
    .where('seq', '=', row.seq)
    .execute();
}
