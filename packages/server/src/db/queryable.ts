/** A statement's way into a transaction, whether the driver's client or the query builder holds it. */
import { CompiledQuery, type Kysely } from 'kysely';
import type { Database } from './schema.ts';

export interface Statement {
  /** Prepared once under this name, where the driver can. */
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

export interface Queryable {
  // The caller knows what its statement selects, as with the driver itself.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  query<Row extends object>(statement: Statement): Promise<{ rows: Row[] }>;
}

/** @param db the transaction */
export function queryable(db: Kysely<Database>): Queryable {
  return {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
    query: <Row extends object>({ text, values = [] }: Statement): Promise<{ rows: Row[] }> =>
      db.executeQuery<Row>(CompiledQuery.raw(text, values)),
  };
}
