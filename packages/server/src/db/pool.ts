/** The way to the database: one pool, and Kysely over the same pool. */
import { Kysely, PostgresDialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import { type CustomTypesConfig, Pool, type PoolClient, types as builtIn } from 'pg';
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

/** Real milliseconds after which a connection that does not answer is given up. */
const GIVE_UP = 2_000;

/**
 * A few connections for what must not wait: a statement that takes too long fails, and its connection is closed,
 * because nobody knows what it still does.
 */
export function openUrgent(url: string): Pick<OpenDatabase, 'db' | 'close'> {
  const pool = new Pool({
    connectionString: url,
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

export function openDatabase(url: string, connections = 10): OpenDatabase {
  const pool = new Pool({ connectionString: url, max: connections, types, application_name: 'tuesday' });
  // An idle connection that breaks is replaced by the pool; a query that breaks rejects by itself.
  pool.on('error', () => undefined);
  // So does one that breaks between two queries of a transaction; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => pool.end() };
}
