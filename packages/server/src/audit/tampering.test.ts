/** Somebody changes the real database by hand; the export shows where. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashEntry } from '@tuesday/trust';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { checkpointAudit } from './checkpoint.ts';
import { viewAuditKey } from './key.ts';
import { append, exportedText, verifyText } from './testing/log.ts';

let plane: TestPlane;
const sql = (text: string, ...values: unknown[]) => plane.database.pool.query(text, values);
const E = 'installation.audit_entries';
const C = 'installation.audit_checkpoints';

/** Twelve entries; checkpoints after the 5th, the 9th and the 12th. */
beforeAll(async () => {
  plane = await testPlane();
  for (let seq = 1; seq <= 12; seq++) {
    plane.clock.time += 60_000;
    const place = seq % 4 === 0 ? { organisation: 'main', fleet: null } : undefined;
    await append(plane.context, { because: `reason ${seq}`, ...(place && { place }) });
    if (seq === 5 || seq === 9) await checkpointAudit(plane.context, 'main', 'now');
  }
  await exportedText(plane.context);
  await sql(`CREATE TABLE kept_entries AS SELECT * FROM ${E}`);
  await sql(`CREATE TABLE kept_checkpoints AS SELECT * FROM ${C}`);
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await sql(`DELETE FROM ${E}`);
  await sql(`DELETE FROM ${C}`);
  await sql(`INSERT INTO ${E} SELECT * FROM kept_entries`);
  await sql(`INSERT INTO ${C} SELECT * FROM kept_checkpoints`);
});

const verified = async () =>
  verifyText(await exportedText(plane.context), [(await viewAuditKey(plane.context)).publicKey]);

test('nobody changed anything: it verifies against the installation’s key', async () => {
  expect(await verified()).toMatchObject({ ok: true, entries: 12, checkpoints: 3, pinned: true });
});

describe('one column of entry 6', () => {
  const rows: Array<[string, string]> = [
    ['at', 'at + 1'],
    ['fleet', `'other'`],
    ['fleet', 'NULL'],
    ['actor', `'bob'`],
    ['person', `'bob'`],
    ['person', 'NULL'],
    ['origin', `'192.0.2.8'`],
    ['factor', `'passkey'`],
    ['factor', 'NULL'],
    ['verb', `'rollout.pause'`],
    ['object', `'rollout r-2'`],
    ['because', `because || ' '`],
    ['before', `'{"phase": "soaking", "share": 0.2}'`],
    ['before', 'NULL'],
    ['after', `after || '{"more": null}'`],
    ['after', `'1e400'`],
    ['previous', `repeat('0', 64)`],
    ['previous', `'x'`],
    ['hash', `repeat('a', 64)`],
    ['hash', `''`],
  ];
  test.each(rows)('%s set to %s is found, and entry 6 is named', async (column, value) => {
    await sql(`UPDATE ${E} SET ${column} = ${value} WHERE seq = 6`);
    expect(await verified()).toMatchObject({ ok: false, entry: 6 });
  });
});

describe('a row of the log', () => {
  test('set to another number is found', async () => {
    await sql(`UPDATE ${E} SET seq = 99 WHERE seq = 6`);
    expect(await verified()).toMatchObject({ ok: false, entry: 6 });
  });

  test.each([1, 6, 9])('%i deleted is missed by its number', async (seq) => {
    await sql(`DELETE FROM ${E} WHERE seq = $1`, seq);
    expect(await verified()).toMatchObject({ ok: false, what: 'missing', entry: seq });
  });

  test('the last one deleted is missed by the checkpoint that covers it', async () => {
    await sql(`DELETE FROM ${E} WHERE seq = 12`);
    const found = await verified();
    expect(found).toMatchObject({ ok: false, what: 'missing' });
    expect(found).toMatchObject({ because: expect.stringContaining('covers entry 12') as string });
  });

  test('the last ones deleted and others written in their place are found at the first checkpoint', async () => {
    await sql(`DELETE FROM ${E} WHERE seq > 8`);
    for (let n = 0; n < 4; n++) await append(plane.context, { because: 'never mind' });
    expect(await verified()).toMatchObject({ ok: false, what: 'altered', entry: 9 });
  });

  test('swapped with the next one is found at the first of the two', async () => {
    await sql(`UPDATE ${E} SET seq = -1 WHERE seq = 6`);
    await sql(`UPDATE ${E} SET seq = 6 WHERE seq = 7`);
    await sql(`UPDATE ${E} SET seq = 7 WHERE seq = -1`);
    expect(await verified()).toMatchObject({ ok: false, entry: 6 });
  });

  test('put in between, well hashed, with all others moved on, is found where it stands or right after', async () => {
    await sql(`UPDATE ${E} SET seq = -seq - 1 WHERE seq > 5`);
    await sql(`UPDATE ${E} SET seq = -seq WHERE seq < 0`);
    await insert(6, 5);
    expect(await verified()).toMatchObject({ ok: false, entry: 7 });
  });

  test('put at the end without a hash is found', async () => {
    await sql(`INSERT INTO ${E} SELECT organisation, 13, at, fleet, actor, person, origin, factor, verb, object, because,
      before, after, hash, hash FROM ${E} WHERE seq = 12`);
    expect(await verified()).toMatchObject({ ok: false, what: 'altered', entry: 13 });
  });

  test('put before the first is found', async () => {
    await insert(0, 1);
    expect(await verified()).toMatchObject({ ok: false, entry: 1 });
  });

  test('changed and all hashes after it made anew is found by the next checkpoint', async () => {
    await sql(`UPDATE ${E} SET actor = 'bob' WHERE seq = 6`);
    const { rows } = await sql(`SELECT * FROM ${E} WHERE seq >= 6 ORDER BY seq`);
    let previous = (await sql(`SELECT hash FROM ${E} WHERE seq = 5`)).rows[0].hash as string;
    for (const row of rows) {
      const hash = hashEntry({ ...row, previous });
      await sql(`UPDATE ${E} SET previous = $1, hash = $2 WHERE seq = $3`, previous, hash, row.seq);
      previous = hash;
    }
    expect(await verified()).toMatchObject({ ok: false, what: 'altered', entry: 9 });
  });
});

describe('a checkpoint', () => {
  const rows: Array<[string, string]> = [
    ['seq', '8'],
    ['at', 'at + 1'],
    ['hash', `repeat('0', 64)`],
    ['keyid', `repeat('0', 64)`],
    ['public_key', `repeat('0', 64)`],
    ['number', '7'],
    ['sig', `repeat('0', 128)`],
    ['sig', `'x'`],
  ];
  test.each(rows)('whose %s is set to %s is found', async (column, value) => {
    await sql(`UPDATE ${C} SET ${column} = ${value} WHERE number = 2`);
    const found = await verified();
    // The key itself stands in the row only for those that the installation had before.
    expect(found).toMatchObject(column === 'public_key' ? { ok: true } : { ok: false });
  });

  test('taken away is missed by its number', async () => {
    await sql(`DELETE FROM ${C} WHERE number = 2`);
    expect(await verified()).toMatchObject({ ok: false, what: 'checkpoint' });
  });
});

test('a log that is broken is exported, and not signed again', async () => {
  await sql(`UPDATE ${E} SET actor = 'bob' WHERE seq = 12`);
  await sql(`DELETE FROM ${C} WHERE number = 3`);
  expect(await checkpointAudit(plane.context, 'main', 'now')).toEqual({ kind: 'broken', entry: 12 });
  expect(await verified()).toMatchObject({ ok: false, entry: 12 });
  expect((await sql(`SELECT max(number)::int AS n FROM ${C}`)).rows).toEqual([{ n: 2 }]);
});

/** A copy of an entry under another number, with the hash that belongs to it. */
async function insert(seq: number, like: number): Promise<void> {
  const { rows } = await sql(`SELECT * FROM ${E} WHERE seq = $1`, like);
  const entry = { ...rows[0], seq, previous: rows[0].hash as string };
  await sql(
    `INSERT INTO ${E} SELECT organisation, $2, at, fleet, actor, person, origin, factor, verb, object, because, before,
      after, $3, $4 FROM ${E} WHERE seq = $1`,
    like,
    seq,
    entry.previous,
    hashEntry(entry),
  );
}
