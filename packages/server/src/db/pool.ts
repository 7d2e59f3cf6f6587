/** The way to the database: one pool, and Kysely over the same pool. */
import { Kysely, PostgresDialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import {
  type ClientBase,
  type CustomTypesConfig,
  Pool,
  type PoolClient,
  type PoolConfig,
  types as builtIn,
} from 'pg';
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

/** Real milliseconds after which a connection that does not answer is given up. */
const GIVE_UP = 2_000;

/**
 * A few connections for what must not wait: a statement that takes too long fails, and its connection is closed,
 * because nobody knows what it still does.
 */
export function openUrgent(url: string, tables = FIRST_TABLES): Pick<OpenDatabase, 'db' | 'close'> {
  const pool = new Pool({
    ...seeing(url, tables),
    max: 3,
    types,
    application_name: 'tuesday urgent',
    connectionTimeoutMillis: GIVE_UP,
    query_timeout: GIVE_UP,
    keepAlive: true,
    // One that is open is worth more than one that may not be opened any more.
    idleTimeoutMillis: 0,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => giveUpOnce(await pool.connect()),
        end: () => pool.end(),
        options: pool.options,
      },
    }),
  });
  return { db, close: () => pool.end() };
}

function giveUpOnce(client: PoolClient): PostgresPoolClient {
  let isDead = false;
  return {
    query: async <R>(text: string, parameters: readonly unknown[]) => {
      if (isDead) throw new Error('the connection was given up');
      try {
        return (await client.query(text, [...parameters])) as unknown as PostgresQueryResult<R>;
      } catch (cause) {
        // An error of the database carries a code; without one it has not answered.
        isDead = (cause as { code?: unknown }).code === undefined;
        throw cause;
      }
    },
    release: () => client.release(isDead),
  } as PostgresPoolClient;
}

/**
 * @param tables the fleet's schema. A connection sees no other fleet's tables, whatever a query leaves out: the
 *   schema is a setting of the connection, and one that did not take it is not used.
 */
export function openDatabase(url: string, connections = 10, tables = FIRST_TABLES): OpenDatabase {
  const pool = new Pool({
    ...seeing(url, tables),
    max: connections,
    types,
    application_name: 'tuesday',
  });
  // An idle connection that breaks is replaced by the pool; a query that breaks rejects by itself.
  pool.on('error', () => undefined);
  // So does one that breaks between two queries of a transaction; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => pool.end() };
}

/** Where the connections go, and that they see the tables of one fleet. */
function seeing(url: string, tables: string): PoolConfig {
  const isFirst = tables === FIRST_TABLES;
  return {
    connectionString: isFirst ? url : withSearchPath(url, tables),
    // The pool waits for what it returns, and drops a connection that it rejects; its types do not say so.
    // oxlint-disable-next-line typescript/no-misused-promises
    onConnect: async (client) => {
      await client.query(NO_JIT);
      if (!isFirst) await checkSchema(client, tables);
    },
  };
}

/**
 * Where PostgreSQL comes with its compiler, it compiles a search over many devices anew each time, which takes ten
 * times as long as the search. As a statement, because poolers do not let settings through at the start.
 */
const NO_JIT = 'SET jit = off';

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
