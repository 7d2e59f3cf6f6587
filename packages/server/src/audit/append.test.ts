import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { firstBroken, type HashedEntry } from '@tuesday/trust';
import { openDatabase } from '../db/pool.ts';
import { installTrust, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { refreshTrust } from '../trust/refresh.ts';
import { appendAudit } from './append.ts';
import { JUDGE } from './actor.ts';
import { append, exportedText, verifyText } from './testing/log.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query('TRUNCATE installation.audit_entries, installation.audit_checkpoints');
});

const log = async () =>
  (await plane.database.pool.query<HashedEntry>('SELECT * FROM installation.audit_entries ORDER BY seq'))
    .rows;

test('twenty connections that append at once write one chain, and none waits for ever', async () => {
  const { db, close } = openDatabase(plane.database.url, 20);
  await Promise.all(Array.from({ length: 200 }, () => append({ ...plane.context, db })));
  await close();
  const entries = await log();
  expect(entries).toHaveLength(200);
  expect(firstBroken(entries)).toBeNull();
});

test('an append whose transaction is undone leaves no gap, also while others append', async () => {
  const undone = () =>
    plane.database.db.transaction().execute(async (trx) => {
      await appendAudit(trx, { at: 1, actor: JUDGE, verb: 'x', object: 'x', because: 'x' });
      throw new Error('undone');
    });
  const done = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? undone() : append(plane.context))),
  );
  expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(20);
  const entries = await log();
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(firstBroken(entries)).toBeNull();
});

test.each([
  ['half a surrogate pair', '\ud83d'],
  ['the other half', '\udd25 x'],
  ['U+0000', 'a\u0000b'],
  ['a backslash before what looks like an escape', '\\ud800 \\u0000 \\\\ud83d'],
  ['a pair, a line feed, a line separator', '🔥\n\u2028"\\'],
])('%s in what people type does not break the chain', async (_, typed) => {
  await append(plane.context, { because: typed, object: typed, before: { [typed]: [typed] }, after: typed });
  await append(plane.context);
  expect(firstBroken(await log())).toBeNull();
  expect(verifyText(await exportedText(plane.context))).toMatchObject({ ok: true, entries: 2 });
});

test('numbers that PostgreSQL writes in another way come back as they were hashed', async () => {
  await append(plane.context, {
    after: { n: [1e21, 1e-7, 5e-324, 1.7976931348623157e308, -0, 0.1, 2 ** 53 + 2] },
  });
  expect(firstBroken(await log())).toBeNull();
});

test('each organisation has a chain of its own', async () => {
  await plane.database.pool.query(`INSERT INTO installation.organisations VALUES ('acme', 'Acme', 0)`);
  await append(plane.context);
  await append(plane.context, { place: { organisation: 'acme', fleet: null } });
  await append(plane.context);
  expect((await log()).map(({ seq }) => seq)).toEqual([1, 1, 2]);
  expect(verifyText(await exportedText({ ...plane.context, organisation: 'acme' }))).toMatchObject({
    ok: true,
    entries: 1,
  });
  const text = await exportedText(plane.context);
  expect(verifyText(text)).toMatchObject({ ok: true, entries: 2, organisation: 'main' });
  expect(text).not.toContain('acme');
});

test('the engine’s own acts are entries: metadata signed anew', async () => {
  await installTrust(plane);
  expect(await refreshTrust(plane.context)).toBe('nothing');
  plane.clock.time += 365 * 86_400_000;
  await refreshTrust(plane.context);
  const entries = await log();
  expect(entries.map(({ actor, origin, verb }) => [actor, origin, verb])).toEqual([
    ['carol', '127.0.0.1', 'trust.install'],
    ['engine', 'engine', 'trust.refresh'],
  ]);
});
