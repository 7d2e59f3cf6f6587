import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { checkpointAudit } from './checkpoint.ts';
import { checkpointJob } from './checkpoint-job.ts';
import { viewAuditKey } from './key.ts';
import { append, exportedText, verifyText } from './testing/log.ts';

const HOUR = 3_600_000;

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query('TRUNCATE installation.audit_entries, installation.audit_checkpoints');
});

const covered = async () =>
  (
    await plane.database.pool.query<{ number: number; seq: number }>(
      'SELECT number, seq FROM installation.audit_checkpoints ORDER BY number',
    )
  ).rows.map(({ number, seq }) => [number, seq]);
const due = () => checkpointAudit(plane.context, 'main', 'due');
const kinds = async () => (await due()).kind;

describe('a checkpoint is due', () => {
  test('an hour after an entry, not before, and not again while nothing is added', async () => {
    expect(await kinds()).toBe('nothing');
    await append(plane.context);
    plane.clock.time += HOUR - 1;
    expect(await kinds()).toBe('nothing');
    plane.clock.time += 1;
    expect(await kinds()).toBe('signed');
    plane.clock.time += 10 * HOUR;
    expect(await kinds()).toBe('nothing');
    await append(plane.context);
    expect(await kinds()).toBe('nothing');
    plane.clock.time += HOUR;
    expect(await kinds()).toBe('signed');
    expect(await covered()).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('after 1,000 entries, whatever the time is', async () => {
    const { db, clock } = plane.context;
    for (let n = 0; n < 999; n++) await append({ ...plane.context, db, clock });
    expect(await kinds()).toBe('nothing');
    await append(plane.context);
    expect(await kinds()).toBe('signed');
    expect(await covered()).toEqual([[1, 1_000]]);
  });

  test('when the clock was moved back', async () => {
    await append(plane.context);
    plane.clock.time -= 24 * HOUR;
    expect(await kinds()).toBe('signed');
    plane.clock.time += 24 * HOUR;
  });

  test('at every export, which ends with it', async () => {
    await append(plane.context);
    const text = await exportedText(plane.context);
    expect(text.split('\n').filter((line) => line.startsWith('{"checkpoint"'))).toHaveLength(1);
    await exportedText(plane.context);
    expect(await covered()).toEqual([[1, 1]]);
  });
});

test('two servers that sign at once sign once', async () => {
  await append(plane.context);
  const done = await Promise.all(
    Array.from({ length: 8 }, () => checkpointAudit(plane.context, 'main', 'now')),
  );
  expect(done.map(({ kind }) => kind).sort()).toEqual([...Array<string>(7).fill('nothing'), 'signed']);
  expect(await covered()).toEqual([[1, 1]]);
});

test('an export while others append and sign is whole, and so is the next one', async () => {
  for (let n = 0; n < 30; n++) await append(plane.context);
  const busy = Array.from({ length: 120 }, async (_, n) => {
    await append(plane.context);
    if (n % 10 === 0) await checkpointAudit(plane.context, 'main', 'now');
  });
  const texts = await Promise.all([1, 2, 3, 4].map(() => exportedText(plane.context)));
  await Promise.all(busy);
  for (const text of [...texts, await exportedText(plane.context)])
    expect(verifyText(text)).toMatchObject({ ok: true });
  expect(verifyText(await exportedText(plane.context))).toMatchObject({ entries: 150 });
});

test('the key is made once, and only its owner can read it', async () => {
  const file = join(plane.context.config.dataFolder, 'audit.key');
  const first = await viewAuditKey(plane.context);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await viewAuditKey(plane.context)).toEqual(first);
  expect(JSON.stringify(first)).not.toContain(readFileSync(file, 'utf8').trim());
  expect(await plane.client.call('viewAuditKey')).toEqual(first);
});

test('an installation whose data folder was lost signs on under a new key, and both are listed', async () => {
  await append(plane.context);
  await checkpointAudit(plane.context, 'main', 'now');
  await append(plane.context);
  const dataFolder = mkdtempSync(join(tmpdir(), 'tuesday-other-'));
  const other = { ...plane.context, config: { ...plane.context.config, dataFolder } };
  const text = await exportedText(other);
  const old = (await viewAuditKey(plane.context)).publicKey;
  const now = (await viewAuditKey(other)).publicKey;
  expect(existsSync(join(dataFolder, 'audit.key'))).toBe(true);
  expect(verifyText(text)).toMatchObject({ ok: true, checkpoints: 2 });
  expect(verifyText(text, [old, now])).toMatchObject({ ok: true });
  expect(verifyText(text, [now])).toMatchObject({ ok: false, what: 'key', line: 3 });
  expect(verifyText(text, [old])).toMatchObject({ ok: false, what: 'key', line: 1 });
  rmSync(dataFolder, { recursive: true });
});

test('the job says once that a log is broken, and goes on with the others', async () => {
  const { pool } = plane.database;
  await pool.query(`INSERT INTO installation.organisations VALUES ('zz', 'Z', 0)`);
  await append(plane.context);
  await append(plane.context, { place: { organisation: 'zz', fleet: null } });
  await pool.query(`UPDATE installation.audit_entries SET actor = 'x' WHERE organisation = 'main'`);
  plane.clock.time += HOUR;
  const said: object[] = [];
  const log = { ...plane.context.log, error: (fields: object) => said.push(fields) };
  const job = checkpointJob({ ...plane.context, log });
  await job();
  await job();
  expect(said).toEqual([{ organisation: 'main', entry: 1 }]);
  expect((await pool.query('SELECT organisation FROM installation.audit_checkpoints')).rows).toEqual([
    { organisation: 'zz' },
  ]);
});
