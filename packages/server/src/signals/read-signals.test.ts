import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, handClock, NEW, startRollout } from '../testing/fleet.ts';
import { readSignals } from './read-signals.ts';

const HOUR = 3_600_000;
const OPENED = handClock().now();

let database: FreshDatabase;
let devices: string[];

beforeAll(async () => {
  database = await freshDatabase();
  devices = await enrolDevices(database.pool, 20);
});
afterAll(() => database.drop());

/** Even devices are in the open stage and are offered the release; odd ones are control. */
beforeEach(async () => {
  await database.pool.query('TRUNCATE rollouts, members, evidence_counts, tickets CASCADE');
  await database.pool.query('UPDATE devices SET trouble_at = NULL, trouble = NULL');
  await startRollout(database.pool, devices);
  await database.pool.query(`UPDATE releases SET state = 'published'`);
  await database.pool.query(
    `INSERT INTO documented_codes VALUES ('0x45', '${NEW}', 0, '{}') ON CONFLICT DO NOTHING`,
  );
  await database.pool.query('UPDATE members SET exposed = (stage = 0)');
});

async function read(now: number, owner: object = {}) {
  const row = await database.db.selectFrom('rollouts').selectAll().executeTakeFirstOrThrow();
  return readSignals(owner, database.db, row, now);
}

let tickets = 0;
async function write(count: number, at: number, code = '0x45'): Promise<void> {
  for (let index = 0; index < count; index++)
    await database.pool.query('INSERT INTO tickets (ticket, code, at) VALUES ($1, $2, $3)', [
      `t${tickets++}`,
      code,
      at,
    ]);
}

async function trouble(of: readonly string[], word: string, at: number): Promise<void> {
  await database.pool.query(
    'UPDATE devices SET trouble_at = $2, trouble = jsonb_build_array($3::text) WHERE device = ANY($1)',
    [of, at, word],
  );
}

describe('tickets of one code', () => {
  const now = OPENED + 5 * HOUR;
  test.each<[string, number, number, number]>([
    ['ten since the first offer are a signal', 10, 0, 1],
    ['nine are none', 9, 0, 0],
    ['five times as many as the day before are one', 10, 2, 1],
    ['fewer than that are what is usual', 14, 3, 0],
  ])('%s', async (_, since, before, expected) => {
    await write(since, OPENED + HOUR);
    await write(before, OPENED - HOUR);
    await write(50, OPENED - 30 * HOUR);
    const signals = await read(now);
    expect(signals.map(({ name, level }) => [name, level])).toEqual(
      expected === 0 ? [] : [['tickets', 'pause']],
    );
  });

  test('are counted apart from those of another', async () => {
    await write(6, OPENED + HOUR, '0x45');
    await write(6, OPENED + HOUR, '0x46');
    expect(await read(now)).toEqual([]);
  });

  test('are said with their figures', async () => {
    await write(12, OPENED + HOUR);
    await write(1, OPENED - HOUR);
    expect((await read(now))[0]?.because).toBe(
      '12 tickets name 0x45 since the first offer, and 1 did in the day before it.',
    );
  });
});

describe('a code that no release documents', () => {
  const at = OPENED + HOUR;
  test.each<[string, string, string[], string[][]]>([
    ['is a note on one offered device', '0x77', ['d0'], [['undocumented code', 'note']]],
    ['is a note on two', '0x77', ['d0', 'd2'], [['undocumented code', 'note']]],
    ['is a pause on three', '0x77', ['d0', 'd2', 'd4'], [['undocumented code', 'pause']]],
    ['is none when control has it too', '0x77', ['d0', 'd2', 'd4', 'd1'], []],
    ['is none on control alone', '0x77', ['d1', 'd3', 'd5'], []],
    ['is none when it is documented', '0x45', ['d0', 'd2', 'd4'], []],
    ['is no failing check', 'check:mqtt', ['d0', 'd2', 'd4'], []],
    ['is no ticket, which has a signal of its own', 'ticket:0x77', ['d0', 'd2', 'd4'], []],
  ])('%s', async (_, word, troubled, expected) => {
    await trouble(troubled, word, at);
    expect((await read(at)).map(({ name, level }) => [name, level])).toEqual(expected);
  });

  test('is none from before the first offer', async () => {
    await trouble(['d0', 'd2', 'd4'], '0x77', OPENED - HOUR);
    expect(await read(at)).toEqual([]);
  });

  test('does not count on devices that were taken out', async () => {
    await trouble(['d0', 'd2', 'd4'], '0x77', at);
    await database.pool.query(`UPDATE members SET state = 'excluded' WHERE device IN ('d2', 'd4')`);
    expect((await read(at)).map(({ because }) => because)).toEqual([
      '1 offered device reports 0x77, which no release documents and no control device reports.',
    ]);
  });
});

describe('asking twice a second', () => {
  test('asks the database once a minute, and again when the clock goes back', async () => {
    const owner = {};
    const at = OPENED + HOUR;
    expect(await read(at, owner)).toEqual([]);
    await trouble(['d0', 'd2', 'd4'], '0x77', at);
    expect(await read(at + 59_000, owner)).toEqual([]);
    expect(await read(at + 60_000, owner)).toHaveLength(1);
    await trouble(['d0', 'd2', 'd4'], 'check:mqtt', at);
    expect(await read(at + 59_999, owner)).toEqual([]);
  });

  test('a rollout that has not opened has no signals', async () => {
    await write(20, OPENED + HOUR);
    await database.pool.query(`UPDATE rollouts SET state = state || '{"openedAt":{}}'`);
    expect(await read(OPENED + HOUR)).toEqual([]);
  });
});
