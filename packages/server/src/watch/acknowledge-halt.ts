/** Somebody has seen the halt and is at it: nobody else is called. */
import { isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { putResolve } from '../notices/put.ts';
import { loadRollout } from '../rollouts/apply.ts';
import { lastHalt } from './halts.ts';

export async function acknowledgeHalt(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  rollout: string,
  because?: string,
): Promise<OrRefused<{ ok: true }>> {
  return db
    .transaction()
    .execute((trx) => acknowledgeHaltIn(trx, { at: clock.now(), actor, rollout, by: actor.label, because }));
}

export interface HaltAcknowledgement {
  readonly at: number;
  readonly actor: Actor;
  readonly rollout: string;
  /** Who is at it, as people read it. */
  readonly by: string;
  readonly because?: string | undefined;
}

/** The first one counts: a second changes nothing, and is told so. @param trx the transaction */
export async function acknowledgeHaltIn(
  trx: Kysely<Database>,
  { at, actor, rollout, by, because }: HaltAcknowledgement,
): Promise<OrRefused<{ ok: true }>> {
  const row = await loadRollout(trx, rollout);
  if (isRefused(row)) return row;
  const halt = row.phase === 'halted' ? await lastHalt(trx, rollout) : undefined;
  if (!halt)
    return {
      refused: refuse('wrong-phase', `rollout ${rollout} is ${row.phase}; only a halt is acknowledged`),
    };
  if (halt.by !== null)
    return { refused: refuse('conflict', `${halt.by} has acknowledged the halt of ${rollout} already`) };
  await trx.insertInto('halt_acknowledgements').values({ rollout, seq: halt.seq, by_whom: by, at }).execute();
  await putResolve(trx, at, `rollout ${rollout}`, `${by} is at it`);
  await notify(trx, { kind: 'rollout', rollout });
  await appendAudit(trx, {
    at,
    actor,
    verb: 'rollout.acknowledge',
    object: `rollout ${rollout}`,
    because: because ?? `${by} has seen the halt and is at it`,
    after: { halt: halt.seq, by },
  });
  return { ok: true };
}
