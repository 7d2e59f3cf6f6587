/** The database is there and does not answer; the server is a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkInAnswerSchema, type OperatorClient, operatorClient } from '@tuesday/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { migrate } from '../db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../db/pool.ts';
import { enrolDevices, report, startRollout, tokenOf } from '../testing/fleet.ts';
import { type FreezablePostgres, freezablePostgres } from '../testing/frozen-postgres.ts';
import { post } from '../testing/server.ts';

const ROLLOUT = 'r-test';
const LONG = { timeout: 30_000, interval: 50 };

let postgres: FreezablePostgres;
let database: OpenDatabase;
let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  postgres = await freezablePostgres();
  database = openDatabase(postgres.url, 2);
  await migrate(database.pool);
  await startRollout(database.pool, await enrolDevices(database.pool, 4));
  folder = mkdtempSync(join(tmpdir(), 'tuesday-halting-'));
});
afterEach(async () => {
  postgres.thaw();
  await end('SIGKILL');
  await database.close();
  await postgres[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function launch(): Promise<{ url: string; client: OperatorClient }> {
  const main = join(import.meta.dirname, '../main.ts');
  child = spawn(process.execPath, [main, '--port', '0', '--data', folder, '--database', postgres.url], {
    env: { ...process.env, TUESDAY_CLOCK: '', TUESDAY_LOG: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child?.stdout as NodeJS.ReadableStream }).once('line', resolve);
    child?.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  const { url } = JSON.parse(line) as { url: string };
  const { token } = JSON.parse(readFileSync(join(folder, 'operator.json'), 'utf8')) as { token: string };
  return { url, client: operatorClient(url, token, fetch) };
}

async function end(how: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child?.once('exit', resolve));
  child.kill(how);
  await gone;
}

async function offerTo(server: { url: string }, device = 'd0') {
  const said = await post(server, '/device/v1/check-in', tokenOf(device), JSON.stringify(report()));
  expect(said.status, said.text).toBe(200);
  return checkInAnswerSchema.parse(JSON.parse(said.text)).offer;
}

const halt = (client: OperatorClient) =>
  client.call('haltRollout', { params: { rollout: ROLLOUT }, body: { because: 'smoke' } });

async function halts(): Promise<string[]> {
  const { rows } = await database.pool.query<{ because: string }>(
    `SELECT because FROM installation.audit_entries WHERE verb = 'rollout.halt'`,
  );
  return rows.map(({ because }) => because);
}

async function phase(): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ phase: string }>('SELECT phase FROM rollouts');
  return rows[0]?.phase;
}

test('a halt is answered while the database is frozen, no update leaves after it, and the database hears of it when it wakes', async () => {
  const server = await launch();
  await server.client.call('status');
  expect((await offerTo(server)).kind).toBe('update');
  postgres.freeze();
  // Asked before the halt, and answered when the database wakes.
  const late = ['d1', 'd2', 'd0'].map((device) => offerTo(server, device));
  expect(await halt(server.client)).toEqual({
    rollout: ROLLOUT,
    halted: true,
    durable: false,
    because: 'Halted by operator: smoke',
  });
  postgres.thaw();
  for (const offer of await Promise.all(late)) expect(offer.kind).toBe('none');
  await vi.waitFor(async () => expect(await phase()).toBe('halted'), LONG);
  expect(await halts()).toEqual(['Halted by operator: smoke']);
  expect((await offerTo(server)).kind).toBe('none');
  await vi.waitFor(
    () => expect(readFileSync(join(folder, 'halts.jsonl'), 'utf8')).toContain('settled'),
    LONG,
  );
  await end('SIGTERM');
});

test('a halt that was answered survives kill -9 of the server: after the restart no update leaves, and the database has it', async () => {
  const first = await launch();
  await first.client.call('status');
  expect((await offerTo(first)).kind).toBe('update');
  postgres.freeze();
  expect(await halt(first.client)).toMatchObject({ halted: true, durable: false });
  await end('SIGKILL');
  postgres.thaw();
  // The database does not get it before the first report is answered.
  const holder = await database.pool.connect();
  await holder.query('BEGIN; SELECT FROM rollouts FOR UPDATE');
  const second = await launch();
  expect(await offerTo(second)).toEqual({ kind: 'none', because: 'Halted by operator: smoke' });
  expect(await phase()).toBe('soaking');
  await holder.query('ROLLBACK');
  holder.release();
  await vi.waitFor(async () => expect(await phase()).toBe('halted'), LONG);
  expect(await halts()).toEqual(['Halted by operator: smoke']);
  await end('SIGTERM');
});

test('whoever the server has never seen halts nothing while the database cannot say who they are', async () => {
  const server = await launch();
  expect((await offerTo(server)).kind).toBe('update');
  postgres.freeze();
  await expect(halt(server.client)).rejects.toMatchObject({ refusal: { code: 'busy' } });
  postgres.thaw();
  expect((await offerTo(server, 'd2')).kind).toBe('update');
  expect(await halts()).toEqual([]);
});
