/**
 * Brings a database to the newest schema: the numbered SQL files, each once, in order. `installation` holds what
 * all fleets share; `migrations` makes the tables of one fleet, in that fleet's own schema.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { Database } from './schema.ts';

type Folder = 'installation' | 'migrations';

/** Any number, the same for all servers: the one that holds it migrates, the others wait. */
const LOCK = 7_205_759;

/**
 * @returns the names of the migrations that were applied now
 * @throws Error when the database is newer than this server, or a migration fails (its transaction is undone)
 */
export function migrate(pool: Pool): Promise<string[]> {
  return holdingLock(pool, async (client) => {
    const applied = await applyMissing(client, 'installation', 'public.installation_migrations');
    const { rows } = await client.query<{ tables: string }>(
      'SELECT tables FROM installation.fleets ORDER BY created_at, fleet',
    );
    for (const { tables } of rows) applied.push(...(await migrateFleet(client, tables)));
    return applied;
  });
}

/** Brings one fleet's tables to the newest schema. */
export function migrateOne(pool: Pool, tables: string): Promise<string[]> {
  return holdingLock(pool, (client) => migrateFleet(client, tables));
}

async function holdingLock<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await work(client);
  } finally {
    // Its end gives the lock back, and nobody is handed a connection that looked at another schema.
    client.release(true);
  }
}

/** Until the transaction ends, nobody else makes or changes tables. */
export async function lockTables(db: Kysely<Database>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(db);
}

/**
 * Makes the tables of a new fleet, whole or not at all. From then on the transaction sees them instead of those
 * that it saw before.
 *
 * @param db the transaction
 * @param tables a schema that does not exist
 */
export async function makeTables(db: Kysely<Database>, tables: string): Promise<void> {
  checkName(tables);
  await lockTables(db);
  await sql`CREATE SCHEMA ${sql.id(tables)}`.execute(db);
  await sql`SET LOCAL search_path TO ${sql.id(tables)}`.execute(db);
  await sql.raw(registerOf('migrations')).execute(db);
  for (const name of namesIn('migrations')) {
    await sql.raw(textOf('migrations', name)).execute(db);
    await sql`INSERT INTO migrations (name) VALUES (${name})`.execute(db);
  }
}

/**
 * The tables of one fleet.
 *
 * @param tables its schema, which is made when it is missing; a name of letters, digits and `_`
 */
async function migrateFleet(client: PoolClient, tables: string): Promise<string[]> {
  checkName(tables);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${tables}`);
  await client.query(`SET search_path TO ${tables}`);
  return applyMissing(client, 'migrations', `${tables}.migrations`);
}

async function applyMissing(client: PoolClient, folder: Folder, register: string): Promise<string[]> {
  await client.query(registerOf(register));
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${register}`);
  const applied = new Set(rows.map((row) => row.name));
  const known = namesIn(folder);
  const foreign = [...applied].filter((name) => !known.includes(name));
  if (foreign.length > 0) {
    throw new Error(`the database has migrations that this server does not know: ${foreign.join(', ')}`);
  }
  const missing = known.filter((name) => !applied.has(name));
  for (const name of missing) await apply(client, folder, name, register);
  return missing;
}

async function apply(client: PoolClient, folder: Folder, name: string, register: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(textOf(folder, name));
    await client.query(`INSERT INTO ${register} (name) VALUES ($1)`, [name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name} failed`, { cause });
  }
}

function checkName(tables: string): void {
  if (!/^[a-z][a-z0-9_]*$/.test(tables)) throw new RangeError(`not a schema of ours: ${tables}`);
}

function registerOf(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`;
}

function namesIn(folder: Folder): string[] {
  return readdirSync(join(import.meta.dirname, folder))
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

function textOf(folder: Folder, name: string): string {
  return readFileSync(join(import.meta.dirname, folder, name), 'utf8');
}
