/**
 * The night of the incident as the help desk had it: 340 tickets that name 0x45, between Friday 21:00 and Saturday
 * 08:00, after a release that went to everybody on Friday at 17:30.
 */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { tick } from '../rollouts/tick.ts';
import { enrolDevices, NEW, report } from '../testing/fleet.ts';
import { freeHands } from '../testing/policy.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DEPLOYED = Date.UTC(2026, 10, 27, 17, 30);
const FIRST = Date.UTC(2026, 10, 27, 21);
const LAST = Date.UTC(2026, 10, 28, 8);
const COUNT = 340;
const SECRET = 'signing-secret-of-zendesk';

/** Evenly over the night; what customers write, in the words of customers. */
const tickets = Array.from({ length: COUNT }, (_, index) => ({
  number: String(70_001 + index),
  at: Math.round(FIRST + ((LAST - FIRST) * index) / (COUNT - 1)),
  subject: index % 3 === 0 ? 'ERROR 0x45, does not respond to the app' : 'thermostat dead',
  description: index % 3 === 0 ? 'please help' : 'The display says "0X45"\nand the app finds nothing.',
}));
type Ticket = (typeof tickets)[number];

let plane: TestPlane;
let rollout: string;

beforeEach(async () => {
  plane = await testPlane();
  plane.clock.time = DEPLOYED;
  await publishTwo(plane);
  await enrolDevices(plane.database.pool, 1_200);
  const { pool } = plane.database;
  await pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
  await pool.query('UPDATE contacts SET last_seen = $1', [DEPLOYED]);
  await plane.client.call('setPolicy', { body: { policy: freeHands(), because: 'as it was' } });
  const body = { name: 'friday', release: NEW, stages: [{ share: 1, soak: '48h' }] };
  ({ rollout } = await plane.client.call('createRollout', { body }));
  await plane.client.call('startRollout', { params: { rollout }, body: {} });
  await look();
});
afterEach(() => plane[Symbol.asyncDispose]());

async function look() {
  await tick(plane.context, rollout);
  return plane.client.call('viewRollout', { params: { rollout } });
}

/** @returns after how many tickets the rollout was paused first, and why */
async function play(tell: (ticket: Ticket, upTo: number) => Promise<void>) {
  let paused: { tickets: number; because: string } | undefined;
  for (const [index, ticket] of tickets.entries()) {
    plane.clock.time = ticket.at;
    await tell(ticket, index + 1);
    if (paused) continue;
    const view = await look();
    if (view.paused.length > 0) paused = { tickets: index + 1, because: view.because };
  }
  return paused;
}

const expected = {
  tickets: 10,
  because: expect.stringContaining(
    '10 tickets name 0x45 since the first offer, and 0 did in the day before it.',
  ) as unknown,
};

async function counted(): Promise<number | undefined> {
  const { codes } = await plane.client.call('listTickets');
  return codes.find(({ code }) => code === '0x45')?.lastDay;
}

const line = ({ number, at, subject, description }: Ticket) =>
  [number, new Date(at).toISOString(), subject, description]
    .map((cell) => `"${cell.replaceAll('"', '""')}"`)
    .join(',');
const fileOf = (upTo: number) =>
  Buffer.from(['Ticket ID,Created at,Subject,Description', ...tickets.slice(0, upTo).map(line)].join('\r\n'));

describe('the help desk’s 340 tickets pause the rollout at the tenth', () => {
  test('when its export is imported again and again', async () => {
    const tell = async (_: Ticket, upTo: number) => {
      // From the pause on the desk exports every hour or so.
      if (upTo <= 12 || upTo % 30 === 0 || upTo === COUNT)
        await plane.client.call('importTickets', { query: {}, body: fileOf(upTo) });
    };
    expect(await play(tell)).toEqual(expected);
    expect(await counted()).toBe(COUNT);
    // The tenth comes 17 minutes and 31 seconds after the first; eleven hours later all were there.
    expect((tickets[9]?.at ?? 0) - FIRST).toBeLessThan(18 * MINUTE);
    expect(LAST - FIRST).toBe(11 * HOUR);
  });

  test('when Zendesk sends each, and some twice', async () => {
    const { hook } = await plane.client.call('addTicketHook', {
      body: { name: 'zendesk', desk: 'zendesk', secret: SECRET },
    });
    const send = async ({ number, at, subject, description }: Ticket) => {
      const body = JSON.stringify({
        ticket: number,
        subject,
        description,
        created_at: new Date(at).toISOString(),
      });
      const timestamp = new Date().toISOString();
      const response = await fetch(plane.url + hook.path, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-zendesk-webhook-signature-timestamp': timestamp,
          'x-zendesk-webhook-signature': createHmac('sha256', SECRET)
            .update(timestamp + body)
            .digest('base64'),
        },
      });
      expect(response.status).toBe(200);
    };
    const tell = async (ticket: Ticket, upTo: number) => {
      await send(ticket);
      if (upTo % 2 === 0) await send(ticket);
    };
    expect(await play(tell)).toEqual(expected);
    expect(await counted()).toBe(COUNT);
    const { hooks } = await plane.client.call('listTicketHooks');
    expect(hooks.map(({ tickets }) => tickets)).toEqual([COUNT]);
  });
});
