/** A transaction that a refusal undoes. */
import { isRefused, type OrRefused, type Refusal } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

class Undone extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.because);
    this.refusal = refusal;
  }
}

/** @returns what the work returned; when that is a refusal, nothing that the work wrote is kept */
export async function inTransaction<T extends object>(
  db: Kysely<Database>,
  work: (trx: Kysely<Database>) => Promise<OrRefused<T>>,
): Promise<OrRefused<T>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const result = await work(trx);
      if (isRefused(result)) throw new Undone(result.refused);
      return result;
    });
  } catch (cause) {
    if (cause instanceof Undone) return { refused: cause.refusal };
    throw cause;
  }
}
