import { RefusedByServer } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installTrust, publish, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices } from '../testing/fleet.ts';
import type { Ticket } from './tickets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let plane: TestPlane;
let now: number;

beforeAll(async () => {
  plane = await testPlane();
  now = plane.clock.now();
  await publish(plane, await installTrust(plane), '3.2.4', {
    errorCodes: [{ code: '0x45', title: 'No session', meaning: 'The broker dropped it.', failsHealth: true }],
  });
  await enrolDevices(plane.database.pool, 3);
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query(
    'TRUNCATE tickets, code_stubs; UPDATE devices SET trouble_at = NULL, trouble = NULL',
  );
});

const add = (...tickets: Ticket[]) => plane.client.call('addTickets', { body: { tickets } });
const list = () => plane.client.call('listTickets');

async function troubleOf(device: string) {
  const { rows } = await plane.database.pool.query<{ trouble_at: number | null; trouble: string[] | null }>(
    'SELECT trouble_at, trouble FROM devices WHERE device = $1',
    [device],
  );
  return rows[0];
}

describe('tickets', () => {
  test('are trouble of the device that they name, and of no other', async () => {
    await add({ ticket: '1', code: '0x45', device: 'd0', at: now - HOUR }, { ticket: '2', code: '0x45' });
    expect(await troubleOf('d0')).toEqual({ trouble_at: now - HOUR, trouble: ['ticket:0x45'] });
    expect(await troubleOf('d1')).toEqual({ trouble_at: null, trouble: null });
  });

  test('count once, however often they are told', async () => {
    await add({ ticket: '1', code: '0x45', device: 'd0', at: now - HOUR });
    await add({ ticket: '1', code: '0x45', device: 'd0', at: now }, { ticket: '1', code: '0x46' });
    expect((await list()).tickets).toEqual([
      { ticket: '1', code: '0x45', device: 'd0', customer: null, at: now - HOUR },
    ]);
    expect((await troubleOf('d0'))?.trouble_at).toBe(now - HOUR);
  });

  test('do not make the trouble of a device older than it is', async () => {
    await add({ ticket: '1', code: '0x45', device: 'd0', at: now - MINUTE });
    await add({ ticket: '2', code: '0x46', device: 'd0', at: now - HOUR });
    expect(await troubleOf('d0')).toEqual({ trouble_at: now - MINUTE, trouble: ['ticket:0x45'] });
  });

  test('name a code in whatever case and with whatever zeros', async () => {
    await add({ ticket: '1', code: '0x0ab' }, { ticket: '2', code: '0xAB' });
    expect((await list()).codes).toMatchObject([{ code: '0xAB', lastDay: 2 }]);
  });

  test('without a time are of now', async () => {
    expect((await add({ ticket: '1', code: '0x45' })).tickets[0]?.at).toBe(now);
  });

  test('are counted by code and day, and a published release documents a code or does not', async () => {
    const old = now - 30 * HOUR;
    await add(
      { ticket: '1', code: '0x99', at: now - HOUR },
      { ticket: '2', code: '0x99', at: now - 2 * HOUR },
      { ticket: '3', code: '0x45', at: now - HOUR },
      { ticket: '4', code: '0x45', at: old },
      { ticket: '5', code: '0x45', at: now - 60 * HOUR },
    );
    expect((await list()).codes).toEqual([
      { code: '0x99', lastDay: 2, dayBefore: 0, documented: false },
      { code: '0x45', lastDay: 1, dayBefore: 1, documented: true },
    ]);
  });

  test('are listed newest first, a hundred of them', async () => {
    await add(
      ...Array.from({ length: 120 }, (_, index) => ({
        ticket: `t${index}`,
        code: '0x45',
        at: now - index * MINUTE,
      })),
    );
    const { tickets } = await list();
    expect(tickets.map(({ ticket }) => ticket)).toEqual(
      Array.from({ length: 100 }, (_, index) => `t${index}`),
    );
  });
});

describe('a list of tickets with one that cannot be is refused whole', () => {
  const rows: Array<[string, (at: number) => object, string]> = [
    ['a device that nobody knows', () => ({ device: 'nobody' }), 'tickets.1.device'],
    ['a time to come', (at) => ({ at: at + 6 * MINUTE }), 'tickets.1.at'],
    ['a time that is none', () => ({ at: -1 }), 'tickets.1.at'],
    ['a code that is none', () => ({ code: '69' }), 'tickets.1.code'],
    ['no number', () => ({ ticket: ' ' }), 'tickets.1.ticket'],
  ];
  test.each(rows)('%s', async (_, wrong, field) => {
    const refused: unknown = await add(
      { ticket: '1', code: '0x45', device: 'd0' },
      { ticket: '2', code: '0x45', ...wrong(now) },
    ).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedByServer);
    expect((refused as RefusedByServer).refusal.field).toBe(field);
    expect((await list()).tickets).toEqual([]);
    expect((await troubleOf('d0'))?.trouble_at).toBeNull();
  });

  test('a help desk’s clock may be a little ahead', async () => {
    expect((await add({ ticket: '1', code: '0x45', at: now + 4 * MINUTE })).tickets[0]?.at).toBe(now);
  });
});
