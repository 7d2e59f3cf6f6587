/**
 * Brings a database to the newest schema: the numbered SQL files, each once, in order. `installation` holds what
 * all fleets share; `migrations` makes the tables of one fleet, in that fleet's own schema.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';

const folderOf = (name: 'installation' | 'migrations') => join(import.meta.dirname, name);

/** Any number, the same for all servers: the one that holds it migrates, the others wait. */
const LOCK = 7_205_759;

/**
 * @returns the names of the migrations that were applied now
 * @throws Error when the database is newer than this server, or a migration fails (its transaction is undone)
 */
export async function migrate(pool: Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const applied = await applyMissing(client, 'installation', 'public.installation_migrations');
    const { rows } = await client.query<{ tables: string }>(
      'SELECT tables FROM installation.fleets ORDER BY created_at, fleet',
    );
    for (const { tables } of rows) applied.push(...(await migrateFleet(client, tables)));
    return applied;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    client.release();
  }
}

/**
 * The tables of one fleet.
 *
 * @param tables its schema, which is made when it is missing; a name of letters, digits and `_`
 */
export async function migrateFleet(client: PoolClient, tables: string): Promise<string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(tables)) throw new RangeError(`not a schema of ours: ${tables}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${tables}`);
  await client.query(`SET search_path TO ${tables}`);
  try {
    return await applyMissing(client, 'migrations', `${tables}.migrations`);
  } finally {
    await client.query('RESET search_path');
  }
}

async function applyMissing(
  client: PoolClient,
  folder: 'installation' | 'migrations',
  register: string,
): Promise<string[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${register} (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${register}`);
  const applied = new Set(rows.map((row) => row.name));
  const known = readdirSync(folderOf(folder))
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const foreign = [...applied].filter((name) => !known.includes(name));
  if (foreign.length > 0) {
    throw new Error(`the database has migrations that this server does not know: ${foreign.join(', ')}`);
  }
  const missing = known.filter((name) => !applied.has(name));
  for (const name of missing) await apply(client, folder, name, register);
  return missing;
}

async function apply(
  client: PoolClient,
  folder: 'installation' | 'migrations',
  name: string,
  register: string,
): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(readFileSync(join(folderOf(folder), name), 'utf8'));
    await client.query(`INSERT INTO ${register} (name) VALUES ($1)`, [name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name} failed`, { cause });
  }
}
