/**
 * One PostgreSQL for a whole test run, with a migrated template that every test file clones.
 * `TUESDAY_TEST_DATABASE_URL` names another server to use instead.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/pool.ts';

export interface TestDatabase {
  /** A database on the server from which others can be created and dropped. */
  readonly url: string;
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    database: TestDatabase;
  }
}

/** @returns what ends it all after the run */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await testServer();
  const template = `template_${randomBytes(6).toString('hex')}`;
  await run(server.url, `CREATE DATABASE ${template}`);
  const { pool, close } = openDatabase(withDatabase(server.url, template), 1);
  await migrate(pool);
  await close();
  project.provide('database', { url: server.url, template });
  return async () => {
    await run(server.url, `DROP DATABASE ${template}`);
    await server.stop();
  };
}

async function testServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TUESDAY_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-test-'));
  chmodSync(folder, 0o711);
  // Tests of durability start their own; here speed counts.
  const server = await startEmbeddedPostgres(folder, ['fsync=off', 'synchronous_commit=off']);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Runs one statement on its own connection. */
export async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
