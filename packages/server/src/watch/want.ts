/** Asks for the watch a day ahead: a stage that could open, and nobody who has said that they will be there. */
import { when } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { JUDGE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { putNotice } from '../notices/put.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import { rolloutNotice } from '../rollouts/tell.ts';
import { readWanted } from './view-watch.ts';

const AHEAD = 24 * 3_600_000;

type Parts = Pick<Context, 'db' | 'clock'>;

/** @returns the rollouts that people were asked about now */
export async function wantWatch({ db, clock }: Parts): Promise<string[]> {
  const now = clock.now();
  const rows = await db
    .selectFrom('rollouts')
    .selectAll()
    .where('phase', 'in', ['scheduled', 'soaking'])
    .execute();
  const asked: string[] = [];
  for (const row of rows)
    if (await db.transaction().execute((trx) => want(trx, row, now))) asked.push(row.rollout);
  return asked;
}

/** Once a day of the roster's zone. */
async function want(trx: Kysely<Database>, row: RolloutRow, now: number): Promise<boolean> {
  const { watch, wanted } = await readWanted(trx, row, now);
  if (!watch.rules.required || !wanted || wanted.why === null || wanted.opensAt > now + AHEAD) return false;
  const { zone } = watch.roster;
  const day = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate().toString();
  const first = await trx
    .insertInto('escalations')
    .values({ rollout: row.rollout, what: `watch ${day}`, at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('what')
    .executeTakeFirst();
  if (!first) return false;
  const because = `It could open ${when(wanted.opensAt, zone)} ${zone}, but ${wanted.why}`;
  const name = wanted.stage < row.plan.stages.length ? `stage ${wanted.stage + 1}` : 'the hold-out';
  await putNotice(
    trx,
    now,
    rolloutNotice(row, 'watch-wanted', `wants somebody on watch for ${name}`, [because]),
  );
  await appendAudit(trx, {
    at: now,
    actor: JUDGE,
    verb: 'watch.want',
    object: `rollout ${row.rollout}`,
    because,
  });
  return true;
}
