import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HookFields, TicketDesk } from '@tuesday/protocol';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices } from '../testing/fleet.ts';
import { addPerson } from '../testing/people.ts';
import { isSignedByZendesk, readTicket } from './hook-messages.ts';

const SECRET = 'a-secret-of-the-help-desk';

let plane: TestPlane;
let zendesk: { hook: string; path: string };
let freshdesk: { hook: string; path: string };
beforeAll(async () => {
  plane = await testPlane();
  await enrolDevices(plane.database.pool, 2);
  zendesk = (await add('zendesk', 'zendesk')).hook;
  freshdesk = (await add('freshdesk', 'freshdesk')).hook;
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(() => plane.database.pool.query('TRUNCATE tickets'));

const add = (
  desk: TicketDesk,
  name: string,
  more: { secret?: string; prefix?: string; fields?: HookFields } = {},
) => plane.client.call('addTicketHook', { body: { desk, name, secret: SECRET, ...more } });

type Change = Record<string, string | undefined>;

async function post(path: string, body: string, headers: Change) {
  const given = Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined);
  const response = await fetch(plane.url + path, { method: 'POST', body, headers: given });
  const answer = (await response.json()) as { refused?: { code: string; field?: string } };
  return { status: response.status, code: answer.refused?.code, field: answer.refused?.field };
}

function signed(body: string, { secret = SECRET, late = 0 } = {}): Record<string, string> {
  const timestamp = new Date(Date.now() + late * 1_000).toISOString().replace(/\.\d+/, '');
  return {
    'content-type': 'application/json',
    'x-zendesk-webhook-signature-timestamp': timestamp,
    'x-zendesk-webhook-signature': createHmac('sha256', secret)
      .update(timestamp + body)
      .digest('base64'),
  };
}

const listed = async () =>
  (await plane.client.call('listTickets')).tickets.map(
    ({ ticket, code, device }) => `${ticket} ${code} ${device}`,
  );
const message = JSON.stringify({ ticket: 4711, subject: 'Error 0x45', device: 'd0' });
const good = { status: 200, code: undefined, field: undefined };
const bad = { status: 401, code: 'unauthenticated', field: undefined };

test('a signature is over timestamp and body, and believed for five minutes', () => {
  const timestamp = '2021-07-25T10:00:00Z';
  const at = Date.UTC(2021, 6, 25, 10);
  const body = '{"say": "hello"}';
  const headers = (text: string) => ({
    'x-zendesk-webhook-signature': createHmac('sha256', SECRET).update(text).digest('base64'),
    'x-zendesk-webhook-signature-timestamp': timestamp,
  });
  const right = headers(timestamp + body);
  expect(isSignedByZendesk(right, body, SECRET, at)).toBe(true);
  expect(isSignedByZendesk(right, body, SECRET, at + 300_000)).toBe(true);
  expect(isSignedByZendesk(right, `${body} `, SECRET, at)).toBe(false);
  expect(isSignedByZendesk(headers(body), body, SECRET, at)).toBe(false);
  expect(isSignedByZendesk(right, body, SECRET, at + 300_001)).toBe(false);
  expect(isSignedByZendesk(right, body, SECRET, at - 300_001)).toBe(false);
  const untimed = { ...right, 'x-zendesk-webhook-signature-timestamp': 'now' };
  expect(isSignedByZendesk(untimed, body, SECRET, at)).toBe(false);
});

describe('a message of Zendesk', () => {
  test('that is signed counts once, however often it comes', async () => {
    expect(await post(zendesk.path, message, signed(message))).toEqual(good);
    expect(await post(zendesk.path, message, signed(message))).toEqual(good);
    expect(await listed()).toEqual(['4711 0x45 d0']);
  });

  test.each<[string, () => Change, typeof bad]>([
    ['without a signature', () => ({}), bad],
    ['signed with another secret', () => signed(message, { secret: 'x' }), bad],
    ['of another text', () => signed(`${message} `), bad],
    ['that is older than five minutes', () => signed(message, { late: -301 }), bad],
    ['from the future', () => signed(message, { late: 330 }), bad],
    [
      'with another time than was signed',
      () => ({ ...signed(message), 'x-zendesk-webhook-signature-timestamp': new Date().toUTCString() }),
      bad,
    ],
    ['with the secret in the way of Freshdesk', () => ({ 'x-tuesday-secret': SECRET }), bad],
  ])('%s is refused', async (_, headers, expected) => {
    expect(await post(zendesk.path, message, headers())).toEqual(expected);
    expect(await listed()).toEqual([]);
  });

  test('to a hook that is not there is refused in the same words', async () => {
    expect(await post('/v1/ticket-hooks/h-none', message, signed(message))).toEqual(bad);
  });

  test('is refused until the hook has its secret, and by a hook that was removed', async () => {
    const made = await plane.client.call('addTicketHook', { body: { desk: 'zendesk', name: 'late' } });
    expect([made.secret, made.hook.hasSecret]).toEqual([null, false]);
    expect(await post(made.hook.path, message, signed(message))).toEqual(bad);
    const params = { hook: made.hook.hook };
    await plane.client.call('setTicketHookSecret', { params, body: { secret: SECRET } });
    expect(await post(made.hook.path, message, signed(message))).toEqual(good);
    await plane.client.call('removeTicketHook', { params });
    expect(await post(made.hook.path, message, signed(message))).toEqual(bad);
  });

  test.each<[string, string, { status: number; code: string; field: string | undefined }]>([
    ['that is no JSON', 'hello', { status: 400, code: 'bad-request', field: undefined }],
    ['without a number', '{"subject":"0x45"}', { status: 400, code: 'bad-request', field: 'ticket' }],
    [
      'with a time that is none',
      '{"ticket":1,"created_at":"soon"}',
      { status: 400, code: 'bad-request', field: 'created_at' },
    ],
    [
      'from next year',
      '{"ticket":1,"created_at":"2036-01-01T00:00Z"}',
      { status: 400, code: 'bad-request', field: 'created_at' },
    ],
    [
      'with a zero in its number',
      '{"ticket":"1\\u0000"}',
      { status: 400, code: 'bad-request', field: undefined },
    ],
    [
      'that is too large',
      JSON.stringify({ ticket: 1, subject: 'x'.repeat(270_000) }),
      { status: 413, code: 'too-large', field: undefined },
    ],
  ])('%s is refused', async (_, body, expected) => {
    expect(await post(zendesk.path, body, signed(body))).toEqual(expected);
    expect(await listed()).toEqual([]);
  });

  test('of an event subscription is read, and one without a code or device counts apart', async () => {
    const event = JSON.stringify({
      type: 'zen:event-type:ticket.created',
      subject: 'zen:ticket:12',
      detail: { id: '12', subject: 'dead', description: 'It says 0x45', tags: ['vip'] },
    });
    expect(await post(zendesk.path, event, signed(event))).toEqual(good);
    const vague = JSON.stringify({ ticket: '13', subject: 'dead', device: 'no such thing' });
    expect(await post(zendesk.path, vague, signed(vague))).toEqual(good);
    expect(await listed()).toEqual(['12 0x45 null', '13 null null']);
  });

  test('is read where the hook says', async () => {
    const fields = { ticket: 'a.b', code: 'c', text: ['d'] };
    const { hook } = await add('zendesk', 'elsewhere', { fields, prefix: 'z-' });
    const body = JSON.stringify({ a: { b: 9 }, c: '', d: 'so 0x31', subject: '0x45' });
    expect(await post(hook.path, body, signed(body))).toEqual(good);
    expect(await listed()).toEqual(['z-9 0x31 null']);
  });
});

describe('a message of Freshdesk', () => {
  const body = JSON.stringify({
    freshdesk_webhook: {
      ticket_id: 55,
      ticket_subject: 'Error',
      ticket_description: '<p>code <b>0x45</b></p>',
    },
  });
  test.each<[string, Change, object]>([
    ['brings the secret in a header', { 'x-tuesday-secret': SECRET }, good],
    [
      'brings it as a password',
      { authorization: `Basic ${Buffer.from(`tuesday:${SECRET}`).toString('base64')}` },
      good,
    ],
    ['brings another one', { 'x-tuesday-secret': `${SECRET}x` }, bad],
    [
      'brings another password',
      { authorization: `Basic ${Buffer.from('tuesday:x').toString('base64')}` },
      bad,
    ],
    ['brings none', {}, bad],
  ])('that %s', async (_, headers, expected) => {
    expect(await post(freshdesk.path, body, headers)).toEqual(expected);
    expect(await listed()).toEqual(expected === good ? ['55 0x45 null'] : []);
  });
});

describe('a hook', () => {
  test('shows the secret that was made for it once, and keeps it sealed', async () => {
    const made = await plane.client.call('addTicketHook', { body: { desk: 'freshdesk', name: 'shown' } });
    expect(made.secret).toMatch(/^[\w-]{43}$/);
    const { rows } = await plane.database.pool.query('SELECT * FROM ticket_hooks');
    const audit = await plane.database.pool.query('SELECT * FROM installation.audit_entries');
    const seen = JSON.stringify([await plane.client.call('listTicketHooks'), audit.rows, rows]);
    for (const secret of [made.secret ?? '?', SECRET]) expect(seen).not.toContain(secret);
  });

  test('is for admins, and has a name of its own', async () => {
    const olga = await addPerson(plane, 'olga', ['operator']);
    await expect(
      olga.client.call('addTicketHook', { body: { desk: 'zendesk', name: 'x' } }),
    ).rejects.toMatchObject({ refusal: { code: 'forbidden' } });
    await expect(add('zendesk', 'zendesk')).rejects.toMatchObject({
      refusal: { code: 'name-taken', field: 'name' },
    });
  });
});

test('a message cannot reach what objects inherit', () => {
  const fields = { ticket: 'constructor.name' };
  expect(readTicket('zendesk', fields, {})).toMatchObject({ field: 'constructor.name' });
  expect(readTicket('zendesk', {}, JSON.parse('{"__proto__":{"ticket":"1"}}'))).toMatchObject({
    field: 'ticket',
  });
});
