/** The way to the database: one pool, and Kysely over the same pool. */
import { Kysely, PostgresDialect } from 'kysely';
import { type CustomTypesConfig, Pool, types as builtIn } from 'pg';
import type { Database } from './schema.ts';

export interface OpenDatabase {
  readonly db: Kysely<Database>;
  readonly pool: Pool;
  readonly close: () => Promise<void>;
}

/** `bigint` comes as a number: ours are milliseconds, sizes and sequence numbers, all far below 2^53. */
const types: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === builtIn.builtins.INT8 && format !== 'binary'
      ? (text: string) => Number(text)
      : builtIn.getTypeParser(oid, format),
};

export function openDatabase(url: string, connections = 10): OpenDatabase {
  const pool = new Pool({ connectionString: url, max: connections, types, application_name: 'tuesday' });
  // An idle connection that breaks is replaced by the pool; a query that breaks rejects by itself.
  pool.on('error', () => undefined);
  // So does one that breaks between two queries of a transaction; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => pool.end() };
}
