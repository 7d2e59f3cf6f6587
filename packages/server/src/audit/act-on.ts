/** What acts of people on one thing have in common: its row is locked, it changes, and the log says why. */
import { isRefused, type OrRefused } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import type { Actor } from './actor.ts';
import { appendAudit } from './append.ts';

export interface ActOn<Row, View> {
  /** As the log names it, `incident i-1`. */
  readonly object: string;
  readonly actor: Actor;
  readonly verb: string;
  readonly because: string;
  readonly lock: (trx: Kysely<Database>) => Promise<OrRefused<Row>>;
  /** What the act answers with, once it is committed. */
  readonly view: () => Promise<OrRefused<View>>;
}

/** What the change was, for the log. */
export interface Changed {
  readonly before?: unknown;
  readonly after: unknown;
}

/** Writes the change, in the transaction; a refusal undoes what it wrote. */
export type ChangeRow<Row> = (trx: Kysely<Database>, row: Row, at: number) => Promise<OrRefused<Changed>>;

export async function actOn<Row extends object, View>(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  { object, actor, verb, because, lock, view }: ActOn<Row, View>,
  change: ChangeRow<Row>,
): Promise<OrRefused<View>> {
  const at = clock.now();
  const done = await inTransaction(db, async (trx): Promise<OrRefused<{ ok: true }>> => {
    const row = await lock(trx);
    if (isRefused(row)) return row;
    const changed = await change(trx, row, at);
    if (isRefused(changed)) return changed;
    await appendAudit(trx, { at, actor, verb, object, because, ...changed });
    return { ok: true };
  });
  return isRefused(done) ? done : view();
}
