/** Brings a database to the newest schema: the numbered SQL files in `migrations`, each once, in order. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';

const folder = join(import.meta.dirname, 'migrations');

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
    return await applyMissing(client);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    client.release();
  }
}

async function applyMissing(client: PoolClient): Promise<string[]> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
  const applied = new Set(rows.map((row) => row.name));
  const known = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const foreign = [...applied].filter((name) => !known.includes(name));
  if (foreign.length > 0) {
    throw new Error(`the database has migrations that this server does not know: ${foreign.join(', ')}`);
  }
  const missing = known.filter((name) => !applied.has(name));
  for (const name of missing) await apply(client, name);
  return missing;
}

async function apply(client: PoolClient, name: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(readFileSync(join(folder, name), 'utf8'));
    await client.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name} failed`, { cause });
  }
}
