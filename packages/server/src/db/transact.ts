/** Transactions that end in a refusal: what was written before it is kept, or undone. */
import { isRefused, type OrRefused, type Refusal } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Thrown in a transaction: nothing of the transaction stays, and the refusal is its answer. */
export class Undo extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.because);
    this.refusal = refusal;
  }
}

/** What the work returns is kept, also when it is a refusal; `Undo` undoes. */
export async function transact<T extends object>(
  db: Kysely<Database>,
  work: (trx: Kysely<Database>) => Promise<OrRefused<T>>,
): Promise<OrRefused<T>> {
  try {
    return await db.transaction().execute(work);
  } catch (cause) {
    if (cause instanceof Undo) return { refused: cause.refusal };
    throw cause;
  }
}

/** Whatever the work refuses undoes what it wrote. */
export function inTransaction<T extends object>(
  db: Kysely<Database>,
  work: (trx: Kysely<Database>) => Promise<OrRefused<T>>,
): Promise<OrRefused<T>> {
  return transact(db, async (trx) => orUndo(await work(trx)));
}

/** @throws Undo when it is a refusal */
export function orUndo<T extends object>(result: OrRefused<T>): T {
  if (isRefused(result)) throw new Undo(result.refused);
  return result;
}
