/** A database of its own for a test file: migrated, empty, real. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase, type OpenDatabase } from '../db/pool.ts';
import { run, withDatabase } from './postgres.setup.ts';

export interface FreshDatabase extends Pick<OpenDatabase, 'db' | 'pool'> {
  /** For further connections, for instance of a second server. */
  readonly url: string;
  drop(): Promise<void>;
}

export async function freshDatabase(): Promise<FreshDatabase> {
  const { url, template } = inject('database');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const own = withDatabase(url, name);
  const { db, pool, close } = openDatabase(own);
  return {
    db,
    pool,
    url: own,
    async drop() {
      await close();
      await run(url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
