import { presetPolicy } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../db/schema.ts';
import { writePolicy } from '../policy/policy.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { deviceSide, enrolDevices, handClock, report, tokenOf } from '../testing/fleet.ts';
import { keepHistory, viewHistory } from './history.ts';
import { tellNewValues } from './tell-new.ts';
import { viewInventory } from './view.ts';

const DAY = 86_400_000;
let database: FreshDatabase;
let devices: string[];
let updates = 0;
const clock = handClock();
const context = () => ({ db: database.db, clock });

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE devices, contacts, environment_counts, environment_values, environment_history, outbox, settings CASCADE',
  );
  clock.time = handClock().time;
  devices = await enrolDevices(database.pool, 8);
});

async function declare(db: Kysely<Database>, dimensions: object[]): Promise<void> {
  await writePolicy(db, {
    ...presetPolicy('golden-rule', 'UTC'),
    parity: { dimensions: dimensions as never },
  });
}

async function said(environments: Record<string, string>[], version = '3.2.4'): Promise<void> {
  const side = deviceSide(database, clock);
  for (const [index, environment] of environments.entries()) {
    clock.time += 1_000;
    const body = report({ environment, updates: ++updates }, version);
    await side.door.answer('check-in', tokenOf(devices[index] as string), Buffer.from(JSON.stringify(body)));
  }
}

/** attribute → value → devices, as counted again from the rows. */
async function recount(): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT f.attribute || '=' || f.value || ' ' || count(*) AS line
     FROM devices d CROSS JOIN LATERAL environment_facts(d.report, d.hardware) AS f GROUP BY f.attribute, f.value ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}

async function counted(): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT attribute || '=' || value || ' ' || sum(devices) AS line FROM environment_counts
     GROUP BY attribute, value HAVING sum(devices) <> 0 ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}

describe('the counters', () => {
  test('follow what devices report, and agree with a recount', async () => {
    await said([{ broker: 'a' }, { broker: 'a' }, { broker: 'b', region: 'eu' }]);
    expect(await counted()).toEqual(
      ['=3', 'broker=a 2', 'broker=b 1', 'hardware=th-2 3', 'region=eu 1', 'version=3.2.4 3'].map((line) =>
        line === '=3' ? '= 3' : line,
      ),
    );
    await said([{ broker: 'b' }, { broker: 'a' }, { broker: 'b' }], '3.2.5');
    expect(await counted()).toEqual([
      '= 3',
      'broker=a 1',
      'broker=b 2',
      'hardware=th-2 3',
      'version=3.2.5 3',
    ]);
    expect(await counted()).toEqual(await recount());
  });

  test('believe enrolment about the hardware, and the slots about the version', async () => {
    await said([{ hardware: 'forged', version: 'forged', broker: 'a' }]);
    expect(await counted()).toEqual(['= 1', 'broker=a 1', 'hardware=th-2 1', 'version=3.2.4 1']);
  });

  test('count rows that come and go by themselves, too', async () => {
    await said([{ broker: 'a' }, { broker: 'b' }]);
    await database.pool.query(`INSERT INTO devices (device, hardware, token_hash, enrolled_at, report)
      SELECT 'new', hardware, token_hash, enrolled_at, report FROM devices WHERE device = 'd0'`);
    await database.pool.query(`DELETE FROM devices WHERE device = 'd1'`);
    expect(await counted()).toEqual(['= 2', 'broker=a 2', 'hardware=th-2 2', 'version=3.2.4 2']);
  });

  test('agree with a recount after many reports at once on several connections', async () => {
    const sides = [deviceSide(database, clock), deviceSide(database, clock, ['--port', '0'])];
    const values = ['a', 'b', 'c'];
    await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const environment = {
          broker: values[index % 3] as string,
          region: values[(index * 7) % 2] as string,
        };
        const body = report({ environment, updates: index }, index % 5 ? '3.2.4' : '3.2.5');
        return sides[index % 2]?.door.answer(
          'check-in',
          tokenOf(devices[index % 8] as string),
          Buffer.from(JSON.stringify(body)),
        );
      }),
    );
    expect(await counted()).toEqual(await recount());
    expect((await counted()).find((line) => line.startsWith('= '))).toBe('= 8');
  });
});

describe('the inventory', () => {
  test('adds spellings up to values, and counts who does not report a declared dimension', async () => {
    await declare(database.db, [{ name: 'broker', normalise: { cutAfterVersion: '-' } }]);
    await said([{ broker: 'mosquitto 2.0.18-1' }, { broker: 'mosquitto 2.0.18' }, { broker: 'nats' }, {}]);
    const { devices: all, dimensions } = await viewInventory(context());
    expect(all).toBe(4);
    expect(dimensions[0]).toEqual({
      name: 'broker',
      declared: true,
      more: 0,
      values: [
        {
          value: 'mosquitto 2.0.18',
          devices: 2,
          share: 0.5,
          firstSeenAt: handClock().time + 1_000,
          spellings: ['mosquitto 2.0.18', 'mosquitto 2.0.18-1'],
        },
        {
          value: 'nats',
          devices: 1,
          share: 0.25,
          firstSeenAt: handClock().time + 3_000,
          spellings: ['nats'],
        },
        { value: null, devices: 1, share: 0.25, firstSeenAt: null, spellings: [] },
      ],
    });
    expect(dimensions.map(({ name, declared }) => [name, declared])).toEqual([
      ['broker', true],
      ['hardware', false],
      ['version', false],
    ]);
  });
});

describe('the history', () => {
  test('keeps each day as it was last', async () => {
    await declare(database.db, [{ name: 'broker' }]);
    await said([{ broker: 'a' }]);
    await keepHistory(context());
    await said([{ broker: 'a' }, { broker: 'b' }]);
    await keepHistory(context());
    clock.time += DAY;
    await said([{ broker: 'b' }]);
    await keepHistory(context());
    await keepHistory(context());
    expect(await viewHistory(context(), 'broker', 30)).toEqual({
      dimension: 'broker',
      days: [
        {
          day: '2026-11-24',
          devices: 2,
          values: [
            { value: 'a', devices: 1 },
            { value: 'b', devices: 1 },
          ],
        },
        { day: '2026-11-25', devices: 2, values: [{ value: 'b', devices: 2 }] },
      ],
    });
    expect(await viewHistory(context(), 'broker', 1)).toMatchObject({ days: [{ day: '2026-11-25' }] });
  });

  test('of a dimension that nobody declared is refused', async () => {
    expect(await viewHistory(context(), 'modem', 30)).toMatchObject({
      refused: { code: 'not-found', because: 'the policy declares no dimension modem' },
    });
  });
});

describe('a value that is new', () => {
  test('is told once, with its share, after a while', async () => {
    await declare(database.db, [{ name: 'broker' }]);
    await said([{ broker: 'a' }, { broker: 'a' }, { broker: 'a' }]);
    clock.time += DAY;
    expect(await tellNewValues(context())).toHaveLength(1);
    await said([{ broker: 'mosquitto 2.1.2' }]);
    expect(await tellNewValues(context())).toEqual([]);
    clock.time += 15 * 60_000;
    const [words] = await tellNewValues(context());
    expect(words).toMatch(
      /^broker = mosquitto 2.1.2 appeared on 33 % of the fleet \(1 devices\) since Wed 25 Nov/,
    );
    expect(await tellNewValues(context())).toEqual([]);
    const { rows } = await database.pool.query(
      "SELECT because FROM installation.audit_entries WHERE verb = 'inventory.new-value'",
    );
    expect(rows).toHaveLength(2);
  });

  test('is none when it is another spelling of an old one, or of an attribute that nobody declared', async () => {
    await declare(database.db, [{ name: 'broker', normalise: { cutAfterVersion: '-' } }]);
    await said([{ broker: 'mosquitto 2.0.18' }]);
    clock.time += DAY;
    await tellNewValues(context());
    await said([{ broker: 'mosquitto 2.0.18-1', modem: 'x' }]);
    clock.time += DAY;
    expect(await tellNewValues(context())).toEqual([]);
  });
});
