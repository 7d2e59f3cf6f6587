import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { openDatabase } from './pool.ts';
import { isRunning } from './postgres-orphan.ts';

let folder: string;
let running: EmbeddedPostgres[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tuesday-pg-test-')));
  chmodSync(folder, 0o711);
});

afterEach(async () => {
  for (const server of running) if (isRunning(server.pid)) await server.stop();
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(folder);
  running.push(server);
  return server;
}

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const { pool, close } = openDatabase(url, 1);
  try {
    return (await pool.query(sql)).rows as T[];
  } finally {
    await close();
  }
}

test('it syncs, listens on no network address, and reads bigint as a number', async () => {
  const { url } = await start();
  const [settings] = await ask<Record<string, string>>(
    url,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
      current_setting('listen_addresses') AS addresses, 7::bigint AS seven`,
  );
  expect(settings).toEqual({ fsync: 'on', commit: 'on', addresses: '', seven: 7 });
});

test('what was written is there after a stop and a start', async () => {
  const first = await start();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  await first.stop();
  expect(isRunning(first.pid)).toBe(false);
  const second = await start();
  expect(await ask(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

test('what was committed is there after the database was killed', async () => {
  const first = await start();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.ended).toEqual({ asked: false });
  const second = await start();
  expect(await ask(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

test('a database that a killed server left running is ended before a new one starts', async () => {
  const orphan = await start();
  await ask(orphan.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  const second = await start();
  await orphan.ended;
  expect(second.pid).not.toBe(orphan.pid);
  expect(await ask(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});
