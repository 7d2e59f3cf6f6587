import { refuse } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { handClock } from '../testing/fleet.ts';
import type { Principal } from './principal.ts';
import { remember, whoAsksRemembered } from './remembered.ts';

const HOUR = 3_600_000;
const clock = handClock();
const parts = { clock, fleet: 'main' };
const principal: Principal = {
  actor: { label: 'bob', person: 'bob', origin: '10.0.0.1', factor: null },
  organisation: 'main',
  roles: ['operator'],
  installation: false,
  session: null,
  token: 't-1',
};
let count = 0;
const request = (headers: Record<string, string>) =>
  ({ headers, ip: '10.0.0.2', method: 'POST' }) as unknown as FastifyRequest;
const fresh = () => request({ authorization: `Bearer tso1.${count++}` });
const cookie = `tuesday_session=${'x'.repeat(43)}`;

test('whoever was let in is known, from where they come now', () => {
  const asks = fresh();
  remember(parts, asks, principal);
  expect(whoAsksRemembered(parts, asks)?.actor).toEqual({ ...principal.actor, origin: '10.0.0.2' });
});

test.each<[string, (asks: FastifyRequest) => unknown]>([
  ['in another fleet', (asks) => whoAsksRemembered({ ...parts, fleet: 'other' }, asks)],
  ['with another secret', () => whoAsksRemembered(parts, fresh())],
  ['without a secret', () => whoAsksRemembered(parts, request({}))],
  ['twelve hours later', (asks) => later(12 * HOUR, asks)],
  ['when the clock has gone back', (asks) => later(-1, asks)],
  [
    'once they were turned away',
    (asks) => {
      remember(parts, asks, { refused: refuse('unauthenticated', 'x') });
      return whoAsksRemembered(parts, asks);
    },
  ],
])('nobody is known %s', (_, ask) => {
  const asks = fresh();
  remember(parts, asks, principal);
  expect(ask(asks)).toBeUndefined();
});

test('a cookie counts from the console itself only', () => {
  const own = request({ cookie, host: 'tuesday', origin: 'http://tuesday' });
  remember(parts, own, principal);
  expect(whoAsksRemembered(parts, own)).toBeDefined();
  expect(
    whoAsksRemembered(parts, request({ cookie, host: 'tuesday', origin: 'http://evil' })),
  ).toBeUndefined();
});

test('memory has an end: the one that was seen longest ago goes first', () => {
  const [first, second] = [fresh(), fresh()];
  remember(parts, first, principal);
  remember(parts, second, principal);
  remember(parts, first, principal);
  for (let more = 0; more < 9_999; more++) remember(parts, fresh(), principal);
  expect(whoAsksRemembered(parts, second)).toBeUndefined();
  expect(whoAsksRemembered(parts, first)).toBeDefined();
});

function later(millis: number, asks: FastifyRequest): unknown {
  clock.time += millis;
  try {
    return whoAsksRemembered(parts, asks);
  } finally {
    clock.time -= millis;
  }
}
