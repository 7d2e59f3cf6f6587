/** The way to the database: one pool, and Kysely over the same pool. */
import { Kysely, PostgresDialect } from 'kysely';
import { type ClientBase, type CustomTypesConfig, Pool, types as builtIn } from 'pg';
import type { Database } from './schema.ts';

/** Schema of the first fleet, and what a connection sees by itself. */
export const FIRST_TABLES = 'public';

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

/**
 * @param tables the fleet's schema. A connection sees no other fleet's tables, whatever a query leaves out: the
 *   schema is a setting of the connection, and one that did not take it is not used.
 */
export function openDatabase(url: string, connections = 10, tables = FIRST_TABLES): OpenDatabase {
  const pool = new Pool({
    connectionString: tables === FIRST_TABLES ? url : withSearchPath(url, tables),
    max: connections,
    types,
    application_name: 'tuesday',
    // The pool waits for what it returns, and drops a connection that it rejects; its types do not say so.
    // oxlint-disable-next-line typescript/no-misused-promises
    onConnect: tables === FIRST_TABLES ? undefined : (client) => checkSchema(client, tables),
  });
  // An idle connection that breaks is replaced by the pool; a query that breaks rejects by itself.
  pool.on('error', () => undefined);
  // So does one that breaks between two queries of a transaction; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => pool.end() };
}

/** In the URL, because what stands in the URL wins over everything else. */
function withSearchPath(url: string, tables: string): string {
  const changed = new URL(url);
  const given = changed.searchParams.get('options');
  const own = `-c search_path=${tables}`;
  changed.searchParams.set('options', given === null ? own : `${given} ${own}`);
  return changed.href;
}

/** @throws Error when something between us and the database dropped the setting */
async function checkSchema(client: ClientBase, tables: string): Promise<void> {
  const { rows } = await client.query<{ path: string; schema: string | null }>(
    `SELECT current_setting('search_path') AS path, current_schema() AS schema`,
  );
  if (rows[0]?.path !== tables || rows[0].schema !== tables)
    throw new Error(`a connection for ${tables} came up with the schema ${rows[0]?.schema ?? 'of nobody'}`);
}
