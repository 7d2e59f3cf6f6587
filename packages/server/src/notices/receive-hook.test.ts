import { wallClock } from '@tuesday/protocol';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { addPerson } from '../testing/people.ts';
import { begunRollout, clearRollouts, smallFleet } from '../testing/rollouts.ts';

interface Channel {
  readonly channel: string;
  readonly secret: string;
}

let plane: TestPlane;
let rollout: string;
let pager: Channel;
let other: Channel;

beforeAll(async () => {
  plane = await testPlane();
  await smallFleet(plane);
  await addPerson(plane, 'alice', ['operator']);
  pager = await webhook('pager');
  other = await webhook('other');
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await clearRollouts(plane);
  rollout = await begunRollout(plane);
  await plane.client.call('haltRollout', { params: { rollout }, body: { because: 'smoke' } });
});

async function webhook(name: string): Promise<Channel> {
  const body = { name, to: { by: 'webhook', url: 'https://pager.example/hook' } } as const;
  const made = await plane.client.call('addChannel', { body });
  return { channel: made.channel.channel, secret: made.secret ?? '' };
}

let sent = 0;
interface Sent {
  body?: string;
  secret?: string;
  to?: string;
  id?: string;
  /** Seconds from now. */
  late?: number;
  change?: Record<string, string>;
}

async function send({
  body,
  secret = pager.secret,
  to = pager.channel,
  id,
  late = 0,
  change = {},
}: Sent = {}) {
  const text = body ?? JSON.stringify({ type: 'halt.acknowledged', rollout, person: 'alice' });
  const message = id ?? `msg_${sent++}`;
  const at = new Date(wallClock().now() + late * 1_000);
  const response = await fetch(`${plane.url}/v1/hooks/${to}`, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'webhook-id': message,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(message, at, text),
      ...change,
    },
  });
  const answer = (await response.json()) as { ok?: true; refused?: { code: string; field?: string } };
  return { status: response.status, code: answer.refused?.code, field: answer.refused?.field };
}

const acknowledged = async () =>
  (await plane.client.call('viewRollout', { params: { rollout } })).acknowledged;

test('a signed message acknowledges the halt, in the name of the channel and of whom it names', async () => {
  expect((await send()).status).toBe(200);
  expect(await acknowledged()).toMatchObject({ by: 'alice (by pager)' });
  const { rows } = await plane.database.pool.query<Record<string, unknown>>(
    `SELECT actor, person, verb FROM installation.audit_entries ORDER BY seq DESC LIMIT 1`,
  );
  // The service says that it is alice; she has not proved it.
  expect(rows).toEqual([{ actor: 'hook pager', person: null, verb: 'rollout.acknowledge' }]);
});

describe('nothing changes by a message', () => {
  const before = { status: 401, code: 'unauthenticated' };
  test.each<[string, () => Sent, { status: number; code: string; field?: string }]>([
    ['of another secret', () => ({ secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }), before],
    ['of another channel’s secret', () => ({ secret: other.secret }), before],
    ['to a channel that is not there', () => ({ to: 'n-none' }), before],
    ['that is older than five minutes', () => ({ late: -301 }), before],
    ['from the future', () => ({ late: 330 }), before],
    ['whose id was changed', () => ({ change: { 'webhook-id': 'msg_other' } }), before],
    ['without a signature', () => ({ change: { 'webhook-signature': '' } }), before],
    ['with a signature of another kind', () => ({ change: { 'webhook-signature': 'v2,AAAA' } }), before],
    ['with an endless id', () => ({ id: 'x'.repeat(300) }), before],
    ['that is not JSON', () => ({ body: 'halt!' }), { status: 400, code: 'bad-request' }],
    [
      'of another type',
      () => ({ body: JSON.stringify({ type: 'halted', rollout }) }),
      { status: 400, code: 'bad-request', field: 'type' },
    ],
    [
      'in the name of somebody whom nobody knows',
      () => ({ body: JSON.stringify({ type: 'halt.acknowledged', rollout, person: 'zoe' }) }),
      { status: 400, code: 'bad-request', field: 'person' },
    ],
    [
      'about a rollout that is not there',
      () => ({ body: JSON.stringify({ type: 'halt.acknowledged', rollout: 'r-none' }) }),
      { status: 404, code: 'not-found' },
    ],
    ['that is too large', () => ({ body: `"${'x'.repeat(70_000)}"` }), { status: 413, code: 'too-large' }],
  ])('%s', async (_, given, expected) => {
    expect(await send(given())).toEqual({ field: undefined, ...expected });
    expect(await acknowledged()).toBeNull();
  });

  test('whose body was changed on the way', async () => {
    const text = JSON.stringify({ type: 'halt.acknowledged', rollout });
    const at = new Date(wallClock().now());
    const signature = new Webhook(pager.secret).sign('msg_t', at, text);
    const change = { 'webhook-id': 'msg_t', 'webhook-signature': signature };
    expect((await send({ body: `${text} `, change })).code).toBe('unauthenticated');
    expect(await acknowledged()).toBeNull();
  });

  test('that came before: a halt of later needs a word of its own', async () => {
    const id = 'msg_replayed';
    const body = JSON.stringify({ type: 'halt.acknowledged', rollout });
    expect((await send({ id, body })).status).toBe(200);
    await plane.database.pool.query('TRUNCATE halt_acknowledgements');
    expect(await send({ id, body })).toMatchObject({ status: 409, code: 'conflict' });
    expect(await acknowledged()).toBeNull();
  });

  test('that comes twice at once: one counts', async () => {
    const id = 'msg_twice';
    const both = await Promise.all([send({ id }), send({ id })]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  test('that is refused may come again once it is right', async () => {
    const id = 'msg_again';
    await plane.database.pool.query(`UPDATE rollouts SET phase = 'soaking'`);
    expect((await send({ id })).code).toBe('wrong-phase');
    await plane.database.pool.query(`UPDATE rollouts SET phase = 'halted'`);
    expect((await send({ id })).status).toBe(200);
  });

  test('of a channel that was removed', async () => {
    const gone = await webhook('gone');
    await plane.client.call('removeChannel', { params: { channel: gone.channel } });
    expect(await send({ to: gone.channel, secret: gone.secret })).toMatchObject(before);
    expect(await acknowledged()).toBeNull();
  });
});
