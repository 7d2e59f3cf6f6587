import { purposes, type Role } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../../http/operator/testing/control-plane.ts';
import { addPerson } from '../../testing/people.ts';
import { SoftAuthenticator } from '../testing/authenticator.ts';
import {
  browser,
  invite,
  joinWithPasskey,
  joinWithPassword,
  named,
  outcome,
  PASSWORD,
} from '../testing/people.ts';
import { totpCode } from '../totp.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
  await plane.database.pool.query(`
    INSERT INTO installation.fleets VALUES ('other', 'main', 'Other', 'fleet_other', 1);
    INSERT INTO installation.organisations VALUES ('acme', 'Acme', 1);
    INSERT INTO installation.fleets VALUES ('acme', 'acme', 'Acme', 'fleet_acme', 1);`);
});
afterAll(() => plane[Symbol.asyncDispose]());
let count = 0;
let name: string;
beforeEach(() => {
  name = `p${++count}`;
});

const because = 'a test';

/** An admin of the main fleet; the clock moves on so that each proof is a new code. */
async function admin(roles: readonly Role[] = ['admin'], organisation?: string) {
  const person = await addPerson(plane, `${name}-admin`, roles, organisation);
  const factor = () => {
    plane.clock.time += 30_000;
    return person.factor();
  };
  return { ...person, factor };
}

describe('an invitation', () => {
  test('is shown once, works once, and says whom it is for', async () => {
    const { invitation, path, person } = await invite(plane, name, ['operator']);
    expect(path).toBe(`/join#invitation=${invitation}`);
    expect(person).toMatchObject({ name, state: 'invited', roles: { main: ['operator'] }, factors: [] });
    const { client } = browser(named(plane));
    expect(await client.call('viewInvitation', { body: { invitation } })).toMatchObject({
      name,
      expiresAt: plane.clock.time + 72 * 3_600_000,
    });
    const { rows } = await plane.database.pool.query('SELECT * FROM installation.invitations');
    expect(JSON.stringify(rows)).not.toContain(invitation);
    const join = async (label: string) => {
      const { ceremony, options } = await client.call('beginPasskeyJoin', { body: { invitation } });
      const response = new SoftAuthenticator(named(plane)).create(options);
      return client.call('join', { body: { invitation, passkey: { ceremony, response, label } } });
    };
    expect((await join('one')).recoveryCodes.length).toBe(10);
    expect(await outcome(join('two'))).toBe('invitation-invalid');
    expect(await outcome(client.call('viewInvitation', { body: { invitation } }))).toBe('invitation-invalid');
  });

  test('joins one of two who use it at the same time', async () => {
    const { invitation } = await invite(plane, name);
    const begun = await Promise.all(
      [1, 2].map(async () => {
        const { client } = browser(named(plane));
        const { ceremony, options } = await client.call('beginPasskeyJoin', { body: { invitation } });
        const response = new SoftAuthenticator(named(plane)).create(options);
        const body = { invitation, passkey: { ceremony, response, label: 'x' } };
        return () => outcome(client.call('join', { body }));
      }),
    );
    expect((await Promise.all(begun.map((join) => join()))).sort()).toEqual(['invitation-invalid', 'ok']);
    const { rows } = await plane.database.pool.query(
      'SELECT count(*)::int AS n FROM installation.passkeys WHERE person = $1',
      [name],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test.each([
    ['after three days', 72 * 3_600_000],
    ['before it was made, when the clock was moved back', -1],
  ])('is worth nothing %s', async (_, moved) => {
    const { invitation } = await invite(plane, name);
    plane.clock.time += moved;
    const { client } = browser(named(plane));
    expect(await outcome(client.call('totpForJoining', { body: { invitation } }))).toBe('invitation-invalid');
    plane.clock.time -= moved;
  });

  test('is not used up by a wrong code, and a refused join signs nobody in', async () => {
    const { invitation } = await invite(plane, name);
    const at = browser(named(plane));
    const { secret } = await at.client.call('totpForJoining', { body: { invitation } });
    const join = (code: string, password = PASSWORD) =>
      outcome(at.client.call('join', { body: { invitation, password, totp: { secret, code } } }));
    expect(await join('000000')).toBe('factor-invalid');
    expect(at.cookies.size).toBe(0);
    const code = totpCode(secret, plane.clock.time);
    expect(await join(code, `${name}-${name}-${name}-${name}`)).toBe('bad-request');
    expect(await join(code, 'aaaaaaaaaaaaaaaa')).toBe('bad-request');
    expect(await join(code, 'abcdeabcdeabcdeabcde')).toBe('bad-request');
    expect(await join(code)).toBe('ok');
  });

  test('sets up nothing by a password alone, nor by a challenge of somebody else', async () => {
    const mine = await invite(plane, name);
    const other = await invite(plane, `${name}-other`);
    const { client } = browser(named(plane));
    const { invitation } = mine;
    expect(await outcome(client.call('join', { body: { invitation, password: PASSWORD } }))).toBe(
      'bad-request',
    );
    expect(await outcome(client.call('join', { body: { invitation } }))).toBe('bad-request');
    const body = { invitation: other.invitation };
    const begun = await client.call('beginPasskeyJoin', { body });
    const response = new SoftAuthenticator(named(plane)).create(begun.options);
    const passkey = { ceremony: begun.ceremony, response, label: 'x' };
    expect(await outcome(client.call('join', { body: { invitation, passkey } }))).toBe('factor-invalid');
    const totp = await client.call('totpForJoining', { body });
    const first = { secret: totp.secret, code: totpCode(totp.secret, plane.clock.time) };
    expect(
      await outcome(client.call('join', { body: { invitation, password: PASSWORD, totp: first } })),
    ).toBe('factor-invalid');
  });

  test('again ends everything that the person had', async () => {
    const before = await joinWithPassword(plane, name, ['viewer']);
    const older = await plane.client.call('inviteAgain', { params: { person: name }, body: { because } });
    const newer = await plane.client.call('inviteAgain', { params: { person: name }, body: { because } });
    const { client } = browser(named(plane));
    const view = (invitation: string) => outcome(client.call('viewInvitation', { body: { invitation } }));
    expect(await view(older.invitation)).toBe('invitation-invalid');
    expect(await view(newer.invitation)).toBe('ok');
    expect(newer.person).toMatchObject({ state: 'invited', factors: [], roles: { main: ['viewer'] } });
    expect(await outcome(before.client.call('viewAccount'))).toBe('unauthenticated');
    const factor = { kind: 'recovery', code: before.recoveryCodes[0]! } as const;
    const body = { name, password: PASSWORD, factor };
    expect(await outcome(client.call('passwordSignIn', { body }))).toBe('sign-in-failed');
    const { entries } = await plane.client.call('listAudit', { query: { limit: 1_000 } });
    const said = entries.find(
      ({ verb, object }) => verb === 'person.invite-again' && object === `person ${name}`,
    );
    expect(said).toMatchObject({ because, fleet: null, before: { state: 'active' } });
  });
});

describe('an admin', () => {
  test('proves to be there before making or raising anybody', async () => {
    const ada = await admin();
    const joined = await joinWithPassword(plane, name);
    const person = { person: joined.name };
    const { client } = ada;
    const stranger = { name: `${name}-new`, display: 'x', roles: {} };
    const raise = { roles: { main: ['approver' as const] }, because };
    const asked = [
      outcome(client.call('invitePerson', { body: stranger })),
      outcome(client.call('setRoles', { params: person, body: raise })),
      outcome(client.call('inviteAgain', { params: person, body: { because } })),
    ];
    expect(await Promise.all(asked)).toEqual(['factor-needed', 'factor-needed', 'factor-needed']);
    const body = { ...raise, factor: ada.factor() };
    const view = await ada.client.call('setRoles', { params: person, body });
    expect(view.roles).toEqual({ main: ['approver'] });
    const { entries } = await plane.client.call('listAudit', { query: { limit: 1_000 } });
    expect(entries.at(-1)).toMatchObject({
      verb: 'person.set-roles',
      actor: ada.name,
      factor: 'totp',
      before: { main: ['viewer'] },
      after: { main: ['approver'] },
    });
  });

  test('with a passkey, which must have been asked for exactly this', async () => {
    const ada = await joinWithPasskey(plane, `${name}-admin`, ['admin']);
    const invitePerson = async (purpose: string) => {
      const factor = await ada.factor(purpose);
      return outcome(ada.client.call('invitePerson', { body: { name, display: 'x', roles: {}, factor } }));
    };
    expect(await invitePerson(purposes.invitePerson(`${name}-other`))).toBe('factor-invalid');
    expect(await invitePerson(purposes.invitePerson(name))).toBe('ok');
    expect(await invitePerson(purposes.invitePerson(name))).toBe('name-taken');
  });

  const fleets: [string, Record<string, Role[]>, string][] = [
    ['a fleet of their own', { main: ['operator'] }, 'ok'],
    ['no fleet at all', {}, 'ok'],
    ['another fleet of the organisation', { other: ['viewer'] }, 'forbidden'],
    ['their own and another', { main: ['viewer'], other: ['viewer'] }, 'forbidden'],
    ['a fleet of another organisation', { acme: ['viewer'] }, 'not-found'],
    ['a fleet that is not there', { nowhere: ['viewer'] }, 'not-found'],
  ];
  test.each(fleets)('gives roles in %s', async (_, roles, expected) => {
    const ada = await admin();
    const body = { name, display: 'x', roles, factor: ada.factor() };
    expect(await outcome(ada.client.call('invitePerson', { body }))).toBe(expected);
    const { people } = await plane.client.call('listPeople');
    expect(people.some((person) => person.name === name)).toBe(expected === 'ok');
  });

  test('does not touch somebody who may do something in a fleet that is not theirs', async () => {
    const ada = await admin();
    await addPerson(plane, name, ['viewer']);
    await plane.database.pool.query(`INSERT INTO installation.roles VALUES ($1, 'other', 'approver')`, [
      name,
    ]);
    const params = { person: name };
    const again = ada.client.call('inviteAgain', { params, body: { because, factor: ada.factor() } });
    expect(await outcome(again)).toBe('forbidden');
    expect(await outcome(ada.client.call('disablePerson', { params, body: { because } }))).toBe('forbidden');
    const setRoles = ada.client.call('setRoles', {
      params,
      body: { roles: {}, because, factor: ada.factor() },
    });
    expect(await outcome(setRoles)).toBe('forbidden');
  });

  test('does not raise, disable or invite themselves', async () => {
    const ada = await admin(['admin', 'viewer']);
    const params = { person: ada.name };
    const roles = (main: Role[]) =>
      outcome(
        ada.client.call('setRoles', { params, body: { roles: { main }, because, factor: ada.factor() } }),
      );
    expect(await roles(['admin', 'approver'])).toBe('forbidden');
    expect(await outcome(ada.client.call('disablePerson', { params, body: { because } }))).toBe('forbidden');
    const again = ada.client.call('inviteAgain', { params, body: { because, factor: ada.factor() } });
    expect(await outcome(again)).toBe('forbidden');
    expect(await roles(['admin'])).toBe('ok');
  });

  test('of one organisation does not see people of another', async () => {
    const stranger = await addPerson(plane, name, ['admin'], 'acme');
    const ada = await admin();
    const params = { person: stranger.name };
    expect(await outcome(ada.client.call('disablePerson', { params, body: { because } }))).toBe('not-found');
    const { people } = await ada.client.call('listPeople');
    expect(people.some((person) => person.name === stranger.name)).toBe(false);
  });

  test('is refused everything as a viewer, an operator, an approver or a commander', async () => {
    for (const role of ['viewer', 'operator', 'approver', 'commander'] as const) {
      const person = await addPerson(plane, `${name}-${role}`, [role]);
      const body = { name, display: 'x', roles: {}, factor: person.factor() };
      expect(await outcome(person.client.call('invitePerson', { body }))).toBe('forbidden');
      expect(await outcome(person.client.call('listTokens'))).toBe('forbidden');
    }
  });
});

describe('the last admin of a fleet', () => {
  test('stays one, and two who leave at the same time leave one', async () => {
    await plane.database.pool.query(`DELETE FROM installation.roles WHERE role = 'admin'`);
    const [ada, bob] = [
      await addPerson(plane, `${name}-a`, ['admin']),
      await addPerson(plane, `${name}-b`, ['admin']),
    ];
    const leave = (person: string) =>
      outcome(plane.client.call('setRoles', { params: { person }, body: { roles: {}, because } }));
    const both = await Promise.all([leave(ada.name), leave(bob.name)]);
    expect(both.sort()).toEqual(['last-admin', 'ok']);
    const disable = (person: string) =>
      outcome(plane.client.call('disablePerson', { params: { person }, body: { because } }));
    expect((await Promise.all([disable(ada.name), disable(bob.name)])).sort()).toEqual(['last-admin', 'ok']);
  });
});

test('two admins who take each other’s role at the same time, each with a code: one does', async () => {
  await plane.database.pool.query(`DELETE FROM installation.roles WHERE role = 'admin'`);
  const both = [
    await addPerson(plane, `${name}-a`, ['admin']),
    await addPerson(plane, `${name}-b`, ['admin']),
  ];
  plane.clock.time += 30_000;
  const taking = both.map((actor, i) => {
    const params = { person: both[1 - i]!.name };
    return outcome(
      actor.client.call('setRoles', { params, body: { roles: {}, because, factor: actor.factor() } }),
    );
  });
  const outcomes = (await Promise.all(taking)).sort();
  // Whoever comes second is the last admin, or is none any more.
  expect(['forbidden', 'last-admin']).toContain(outcomes[0]);
  expect(outcomes[1]).toBe('ok');
});

describe('a disabled person', () => {
  test('is out at once, and in again with what they had', async () => {
    const tom = await joinWithPassword(plane, name);
    const params = { person: name };
    const disabled = await plane.client.call('disablePerson', { params, body: { because } });
    expect(disabled.state).toBe('disabled');
    expect(await outcome(tom.client.call('viewAccount'))).toBe('unauthenticated');
    expect(await outcome(plane.client.call('inviteAgain', { params, body: { because } }))).toBe('conflict');
    const enabled = await plane.client.call('enablePerson', { params, body: { because } });
    expect(enabled.state).toBe('active');
    expect(await outcome(tom.client.call('viewAccount'))).toBe('unauthenticated');
    const body = { name, password: PASSWORD, factor: tom.factor() };
    expect(await outcome(tom.client.call('passwordSignIn', { body }))).toBe('ok');
    expect(await outcome(plane.client.call('enablePerson', { params, body: { because } }))).toBe('conflict');
  });

  test('who never joined is invited when enabled', async () => {
    const { invitation } = await invite(plane, name);
    const params = { person: name };
    await plane.client.call('disablePerson', { params, body: { because } });
    expect((await plane.client.call('enablePerson', { params, body: { because } })).state).toBe('invited');
    const { client } = browser(named(plane));
    expect(await outcome(client.call('viewInvitation', { body: { invitation } }))).toBe('invitation-invalid');
  });
});

describe('a token', () => {
  const make = async (person: Awaited<ReturnType<typeof admin>>, roles: Role[], fleet = 'main', days = 1) => {
    const body = { label: 'ci', roles, fleet, days, factor: person.factor() };
    return person.client.call('createToken', { body });
  };
  const ask = async (secret: string, path = '/v1/account') => {
    const response = await fetch(`${plane.url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
    return { status: response.status, body: (await response.json()) as { fleets: { roles: Role[] }[] } };
  };

  test('has the roles that it was made with, is listed, and is in the audit log by its label', async () => {
    const ada = await admin(['admin', 'operator']);
    const { token, secret } = await make(ada, ['operator']);
    expect(secret).toMatch(/^tso1\./);
    expect((await ask(secret)).body.fleets[0]?.roles).toEqual(['operator']);
    const { tokens } = await ada.client.call('listTokens');
    expect(tokens.find((each) => each.token === token.token)).toMatchObject({
      label: 'ci',
      madeBy: ada.name,
      lastUsedAt: plane.clock.time,
      expiresAt: token.createdAt + 86_400_000,
    });
    plane.clock.time += 59_000;
    const used = plane.clock.time;
    await ask(secret);
    const last = async () =>
      (await ada.client.call('listTokens')).tokens.find((each) => each.token === token.token)?.lastUsedAt;
    expect(await last()).toBe(used - 59_000);
    plane.clock.time += 1_000;
    await ask(secret);
    expect(await last()).toBe(used + 1_000);
  });

  const rows: [string, Role[], string, string][] = [
    ['more than its maker has', ['admin', 'operator'], 'main', 'forbidden'],
    ['anything in a fleet where its maker has nothing', ['admin'], 'other', 'forbidden'],
    ['anything in a fleet of another organisation', ['admin'], 'acme', 'not-found'],
  ];
  test.each(rows)('never has %s', async (_, roles, fleet, expected) => {
    const ada = await admin(['admin']);
    expect(await outcome(make(ada, roles, fleet))).toBe(expected);
  });

  test('loses what its maker loses, and everything when its maker may not come in', async () => {
    const ada = await admin(['admin', 'operator', 'viewer']);
    await addPerson(plane, `${name}-second`, ['admin']);
    const { secret } = await make(ada, ['operator', 'viewer']);
    const body = { roles: { main: ['viewer' as const] }, because };
    await plane.client.call('setRoles', { params: { person: ada.name }, body });
    expect((await ask(secret)).body.fleets[0]?.roles).toEqual(['viewer']);
    await plane.database.pool.query(`UPDATE installation.people SET state = 'disabled' WHERE person = $1`, [
      ada.name,
    ]);
    expect((await ask(secret)).status).toBe(401);
  });

  const ends: [string, (ada: Awaited<ReturnType<typeof admin>>, token: string) => Promise<unknown>][] = [
    ['when it is revoked', (ada, token) => ada.client.call('revokeToken', { params: { token } })],
    ['when it expires', async () => (plane.clock.time += 86_400_000)],
    [
      'when its maker is disabled',
      (ada) => plane.client.call('disablePerson', { params: { person: ada.name }, body: { because } }),
    ],
  ];
  test.each(ends)('is worth nothing %s, nor is the session that it was exchanged for', async (_, end) => {
    await addPerson(plane, `${name}-second`, ['admin']);
    const ada = await admin();
    const { token, secret } = await make(ada, ['admin']);
    const at = browser(named(plane));
    await at.client.call('signIn', { body: { token: secret } });
    expect(await outcome(at.client.call('viewAccount'))).toBe('ok');
    await end(ada, token.token);
    expect((await ask(secret)).status).toBe(401);
    expect(await outcome(at.client.call('viewAccount'))).toBe('unauthenticated');
  });

  test('makes no tokens, and ends none but itself', async () => {
    const ada = await admin(['admin', 'viewer']);
    const [weak, other] = [await make(ada, ['viewer']), await make(ada, ['viewer'])];
    const call = (method: string, path: string, body?: object) =>
      fetch(`${plane.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${weak.secret}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    const made = await call('POST', '/v1/tokens', { label: 'x', roles: ['viewer'], fleet: 'main' });
    expect(made.status).toBe(403);
    const stranger = await addPerson(plane, name, ['viewer']);
    const params = { token: other.token.token };
    expect(await outcome(stranger.client.call('revokeToken', { params }))).toBe('not-found');
    expect((await call('DELETE', `/v1/tokens/${weak.token.token}`)).status).toBe(200);
    expect((await call('GET', '/v1/account')).status).toBe(401);
  });
});
