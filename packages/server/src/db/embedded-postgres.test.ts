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

/** A session that does not look up: it loops until somebody ends it. */
async function loopFor(url: string): Promise<{ backend: number; over: Promise<unknown> }> {
  const { pool, close } = openDatabase(url, 1);
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const over = client
    .query('DO $$ BEGIN LOOP END LOOP; END $$')
    .catch((error: unknown) => error)
    .then(async (ended) => {
      client.release(true);
      await close();
      return ended;
    });
  const [pid] = rows;
  const busy = async () =>
    (await ask(url, `SELECT 1 FROM pg_stat_activity WHERE pid = ${pid?.pid} AND query LIKE 'DO %'`)).length >
    0;
  while (!(await busy()));
  return { backend: pid?.pid ?? 0, over };
}

test('a session that outlives its killed database is ended before a new one starts', async () => {
  const first = await start();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  const { backend, over } = await loopFor(first.url);
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  expect(isRunning(backend)).toBe(true);
  const second = await start();
  // It would loop for ever: only its end answers.
  expect(await over).toBeInstanceOf(Error);
  expect(await ask(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

test('the sessions of another database beside it are left alone', async () => {
  const first = await start();
  const other = mkdtempSync(join(tmpdir(), 'tuesday-pg-other-'));
  chmodSync(other, 0o711);
  const beside = await startEmbeddedPostgres(other);
  running.push(beside);
  const { backend, over } = await loopFor(beside.url);
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  await start();
  expect(isRunning(backend)).toBe(true);
  await beside.stop();
  await over;
  rmSync(other, { recursive: true, force: true });
});
