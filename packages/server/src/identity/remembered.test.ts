import { isRefused } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { Remembered } from './remembered.ts';
import { whoAsks, whoAsksRemembered } from './who-asks.ts';

let plane: TestPlane;
let count = 0;
let person: TestPerson;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  person = await addPerson(plane, `p${++count}`, ['operator']);
});

const from = (headers: Record<string, string>, method = 'POST') =>
  ({ method, ip: '192.0.2.1', headers: { host: 'here', ...headers } }) as unknown as FastifyRequest;
const console = () => from({ cookie: `tuesday_session=${person.secret}`, origin: 'http://here' });
const remembered = (request: FastifyRequest) => {
  const known = whoAsksRemembered(plane.context, request);
  return isRefused(known) ? known.refused.code : known.principal.actor.label;
};

describe('memory', () => {
  test('knows who was admitted, when, and from where they ask now', async () => {
    expect(remembered(console())).toBe('unauthenticated');
    await whoAsks(plane.context, console());
    const confirmedAt = plane.clock.time;
    plane.clock.time += 60_000;
    expect(whoAsksRemembered(plane.context, console())).toMatchObject({
      confirmedAt,
      principal: { actor: { label: person.name, origin: '192.0.2.1' }, roles: ['operator'] },
    });
  });

  test('takes the cookie from the console’s own pages only', async () => {
    await whoAsks(plane.context, console());
    const elsewhere = from({ cookie: `tuesday_session=${person.secret}`, origin: 'http://evil' });
    expect(remembered(elsewhere)).toBe('forbidden');
  });

  test('does not take the secret of a session for a token', async () => {
    await whoAsks(plane.context, console());
    expect(remembered(from({ authorization: `Bearer ${person.secret}` }))).toBe('unauthenticated');
    expect(remembered(from({ authorization: `Bearer tss1.${person.secret}` }))).toBe(person.name);
  });

  test('of one fleet is not that of another', async () => {
    await whoAsks(plane.context, console());
    const other = whoAsksRemembered({ ...plane.context, fleet: 'other' }, console());
    expect(isRefused(other)).toBe(true);
  });

  const ends: [string, () => Promise<unknown>][] = [
    ['when the session ends', () => person.client.call('signOut')],
    [
      'when the person is disabled',
      () =>
        plane.client.call('disablePerson', { params: { person: person.name }, body: { because: 'left' } }),
    ],
    [
      'when their roles change',
      () =>
        plane.client.call('setRoles', { params: { person: person.name }, body: { roles: {}, because: 'x' } }),
    ],
    ['after two hours', async () => (plane.clock.time += 2 * 3_600_000)],
    ['when the clock is moved back', async () => (plane.clock.time -= 1)],
  ];
  test.each(ends)('is gone %s', async (_, end) => {
    await whoAsks(plane.context, console());
    expect(remembered(console())).toBe(person.name);
    await end();
    expect(remembered(console())).toBe('unauthenticated');
  });

  test('forgets a secret that the database does not know any more', async () => {
    await whoAsks(plane.context, console());
    await plane.database.pool.query(`UPDATE installation.sessions SET revoked_at = 1 WHERE person = $1`, [
      person.name,
    ]);
    expect(remembered(console())).toBe(person.name);
    await whoAsks(plane.context, console());
    expect(remembered(console())).toBe('unauthenticated');
  });

  test('is bounded: who was admitted longest ago goes first', () => {
    const memory = new Remembered(2);
    const principal = person.principal;
    for (const key of ['a', 'b', 'a', 'c']) memory.keep(key, { principal, confirmedAt: 0, until: 9 });
    const clock = { now: () => 1 };
    expect(['a', 'b', 'c'].filter((key) => memory.find(key, clock) !== undefined)).toEqual(['a', 'c']);
  });
});
