import { isRefused, purposes } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../../http/operator/testing/control-plane.ts';
import { prove } from '../prove.ts';
import { SoftAuthenticator } from '../testing/authenticator.ts';
import { browser, joinWithPasskey, joinWithPassword, named, outcome, PASSWORD } from '../testing/people.ts';
import { totpCode } from '../totp.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
let count = 0;
let name: string;
beforeEach(() => {
  name = `p${++count}`;
});

/** Judges a proof as an act would, in a transaction of its own. */
async function proved(person: string, proof: Parameters<typeof prove>[3], purpose: string, keep = true) {
  const actor = { label: person, person, origin: '', factor: null };
  const { db } = plane.context;
  const asked = db.transaction().execute(async (trx) => {
    const done = await prove(trx, plane.context, { actor, token: null }, proof, purpose);
    if (!keep) throw new Error('the act failed');
    return isRefused(done) ? done.refused.code : done.factor;
  });
  return asked.catch((error: unknown) => (error as Error).message);
}

describe('a passkey vouches for one act', () => {
  test('of one person, one purpose, within two minutes, once', async () => {
    const ann = await joinWithPasskey(plane, name);
    const other = await joinWithPasskey(plane, `${name}-other`);
    const factor = await ann.factor('approve:abc');
    expect(await proved(name, factor, 'approve:abd')).toBe('factor-invalid');
    expect(await proved(other.name, factor, 'approve:abc')).toBe('factor-invalid');
    expect(await proved(name, factor, 'approve:abc')).toBe('passkey');
    expect(await proved(name, factor, 'approve:abc')).toBe('factor-invalid');
    const late = await ann.factor('approve:abc');
    plane.clock.time += 120_000;
    expect(await proved(name, late, 'approve:abc')).toBe('factor-invalid');
  });

  test('only when it is one of theirs: a thief of the session does not answer with their own', async () => {
    const ann = await joinWithPasskey(plane, name);
    const thief = await joinWithPasskey(plane, `${name}-thief`);
    for (const forging of [{}, { userHandle: null }]) {
      const asked = await ann.client.call('stepUp', { body: { purpose: 'approve:abc' } });
      const response = thief.authenticator.get(asked.options, forging);
      const factor = { kind: 'passkey' as const, ceremony: asked.ceremony, response };
      expect(await proved(name, factor, 'approve:abc')).toBe('factor-invalid');
    }
  });

  test('and is not used up by an act that broke', async () => {
    const ann = await joinWithPasskey(plane, name);
    const factor = await ann.factor('approve:abc');
    expect(await proved(name, factor, 'approve:abc', false)).toBe('the act failed');
    expect(await proved(name, factor, 'approve:abc')).toBe('passkey');
  });

  test('not with a challenge for signing in, nor one for a further passkey, nor the other way round', async () => {
    const ann = await joinWithPasskey(plane, name);
    for (const route of ['beginPasskeySignIn', 'beginPasskeyAdd'] as const) {
      const { ceremony, options } = await ann.client.call(route);
      const response = ann.authenticator.get({ rpId: 'localhost', ...options });
      expect(await proved(name, { kind: 'passkey', ceremony, response }, 'sign-in')).toBe('factor-invalid');
    }
    const { kind: _, ...body } = await ann.factor('sign-in');
    expect(await outcome(ann.client.call('passkeySignIn', { body }))).toBe('sign-in-failed');
  });

  test('two acts at the same time with one answer: one', async () => {
    const ann = await joinWithPasskey(plane, name);
    const factor = await ann.factor('approve:abc');
    const both = await Promise.all([1, 2].map(() => proved(name, factor, 'approve:abc')));
    expect(both.sort()).toEqual(['factor-invalid', 'passkey']);
  });
});

describe('a code counts once', () => {
  test('in its step, and in the step before one that counted', async () => {
    const tom = await joinWithPassword(plane, name);
    const early = { kind: 'totp' as const, code: totpCode(tom.secret, plane.clock.time + 30_000) };
    const later = tom.factor();
    expect(later).toEqual(early);
    expect(await proved(name, later, 'x')).toBe('totp');
    expect(await proved(name, early, 'x')).toBe('factor-invalid');
    const before = { kind: 'totp' as const, code: totpCode(tom.secret, plane.clock.time - 30_000) };
    expect(await proved(name, before, 'x')).toBe('factor-invalid');
  });

  test('for two acts at the same time', async () => {
    const tom = await joinWithPassword(plane, name);
    const factor = tom.factor();
    const both = await Promise.all([1, 2, 3].map(() => proved(name, factor, 'x')));
    expect(both.sort()).toEqual(['factor-invalid', 'factor-invalid', 'totp']);
  });

  test('when the clock was moved back, too', async () => {
    const tom = await joinWithPassword(plane, name);
    const factor = tom.factor();
    expect(await proved(name, factor, 'x')).toBe('totp');
    plane.clock.time -= 15_000;
    expect(await proved(name, factor, 'x')).toBe('factor-invalid');
    plane.clock.time += 15_000;
  });

  test('a recovery code, for two acts at the same time', async () => {
    const tom = await joinWithPassword(plane, name);
    const proof = { kind: 'recovery' as const, code: tom.recoveryCodes[0]! };
    const both = await Promise.all([1, 2].map(() => proved(name, proof, 'x')));
    expect(both.sort()).toEqual(['factor-invalid', 'recovery']);
  });
});

describe('a stolen session', () => {
  test('reads, and changes no factor without one', async () => {
    const eve = await joinWithPassword(plane, name);
    const thief = browser(named(plane));
    for (const [key, value] of eve.cookies) thief.cookies.set(key, value);
    const { client } = thief;
    expect(await outcome(client.call('viewAccount'))).toBe('ok');
    const { ceremony, options } = await client.call('beginPasskeyAdd');
    const response = new SoftAuthenticator(named(plane)).create(options);
    const addPasskey = client.call('addPasskey', { body: { ceremony, response, label: 'mine' } });
    expect(await outcome(addPasskey)).toBe('factor-needed');
    const { secret } = await client.call('beginTotp');
    const code = totpCode(secret, plane.clock.time);
    expect(await outcome(client.call('setTotp', { body: { secret, code } }))).toBe('factor-needed');
    const factor = { kind: 'totp', code: '000000' } as const;
    const password = 'the password of a thief';
    expect(await outcome(client.call('setPassword', { body: { password, factor } }))).toBe('factor-invalid');
    expect(await outcome(client.call('newRecoveryCodes', { body: { factor } }))).toBe('factor-invalid');
    const token = { label: 'x', roles: ['viewer' as const], fleet: 'main' };
    expect(await outcome(client.call('createToken', { body: token }))).toBe('factor-needed');
  });

  test('does nothing from the pages of somebody else', async () => {
    const eve = await joinWithPassword(plane, name);
    const elsewhere = browser(named(plane), 'https://evil.example');
    for (const [key, value] of eve.cookies) elsewhere.cookies.set(key, value);
    expect(await outcome(elsewhere.client.call('beginTotp'))).toBe('forbidden');
    const factor = eve.factor();
    expect(await outcome(elsewhere.client.call('newRecoveryCodes', { body: { factor } }))).toBe('forbidden');
  });

  const ends: [string, (at: Awaited<ReturnType<typeof joinWithPassword>>) => Promise<unknown>][] = [
    [
      'when it is revoked',
      async ({ client }) => {
        const { sessions } = await client.call('listSessions');
        await client.call('revokeSession', { params: { session: sessions.find((s) => s.current)!.session } });
      },
    ],
    ['when its owner signs out', ({ client }) => client.call('signOut')],
    ['after two hours without use', async () => (plane.clock.time += 2 * 3_600_000)],
    [
      'after twelve hours of use',
      async ({ client }) => {
        for (let hour = 0; hour < 12; hour++) {
          expect(await outcome(client.call('viewAccount'))).toBe('ok');
          plane.clock.time += 3_600_000;
        }
      },
    ],
    [
      'when the person is disabled',
      (at) => plane.client.call('disablePerson', { params: { person: at.name }, body: { because: 'left' } }),
    ],
    [
      'when the person is invited again',
      (at) => plane.client.call('inviteAgain', { params: { person: at.name }, body: { because: 'lost' } }),
    ],
    ['before it was made, when the clock is moved back', async () => (plane.clock.time -= 86_400_000)],
  ];
  test.each(ends)('ends %s, and is not alive again when the clock moves', async (what, end) => {
    const eve = await joinWithPassword(plane, name);
    const thief = browser(named(plane));
    for (const [key, value] of eve.cookies) thief.cookies.set(key, value);
    expect(await outcome(thief.client.call('viewAccount'))).toBe('ok');
    const then = plane.clock.time;
    await end(eve);
    expect(await outcome(thief.client.call('viewAccount'))).toBe('unauthenticated');
    const bearer = await fetch(`${plane.url}/v1/account`, {
      headers: { authorization: `Bearer tss1.${eve.cookies.get('tuesday_session')}` },
    });
    expect(bearer.status).toBe(401);
    if (what.includes('moved back')) plane.clock.time = then;
    else {
      const now = plane.clock.time;
      plane.clock.time = then;
      expect(await outcome(thief.client.call('viewAccount'))).toBe('unauthenticated');
      plane.clock.time = now;
    }
  });

  test('is worth nothing as the secret of a token, nor a token as that of a session', async () => {
    const eve = await joinWithPassword(plane, name);
    const secret = eve.cookies.get('tuesday_session')!;
    const ask = async (authorization: string) =>
      (await fetch(`${plane.url}/v1/account`, { headers: { authorization } })).status;
    expect(await ask(`Bearer tss1.${secret}`)).toBe(200);
    expect(await ask(`Bearer ${secret}`)).toBe(401);
    expect(await ask(`Bearer tss1.${plane.token}`)).toBe(401);
  });
});

describe('sessions', () => {
  test('are listed with the one that asks, and only one’s own can be ended', async () => {
    const uma = await joinWithPassword(plane, name);
    const other = await joinWithPassword(plane, `${name}-other`);
    const phone = browser(named(plane));
    await phone.client.call('passwordSignIn', { body: { name, password: PASSWORD, factor: uma.factor() } });
    const { sessions } = await uma.client.call('listSessions');
    expect(sessions.map(({ current, factor }) => [current, factor])).toEqual([
      [false, 'totp'],
      [true, 'totp'],
    ]);
    const session = sessions.find(({ current }) => !current)!.session;
    expect(await outcome(other.client.call('revokeSession', { params: { session } }))).toBe('not-found');
    expect(await outcome(phone.client.call('viewAccount'))).toBe('ok');
    expect(await outcome(uma.client.call('revokeSession', { params: { session } }))).toBe('ok');
    expect(await outcome(phone.client.call('viewAccount'))).toBe('unauthenticated');
  });

  test('all but one end when the password changes, and the old password lets nobody in', async () => {
    const uma = await joinWithPassword(plane, name);
    const phone = browser(named(plane));
    await phone.client.call('passwordSignIn', { body: { name, password: PASSWORD, factor: uma.factor() } });
    const password = 'some other plain words';
    await uma.client.call('setPassword', { body: { password, factor: uma.factor() } });
    expect(await outcome(phone.client.call('viewAccount'))).toBe('unauthenticated');
    expect(await outcome(uma.client.call('viewAccount'))).toBe('ok');
    const at = browser(named(plane));
    const signIn = (word: string) =>
      outcome(at.client.call('passwordSignIn', { body: { name, password: word, factor: uma.factor() } }));
    expect(await signIn(PASSWORD)).toBe('sign-in-failed');
    expect(await signIn(password)).toBe('ok');
  });
});

describe('an account', () => {
  test('is never left without a way to prove itself', async () => {
    const ada = await joinWithPasskey(plane, name);
    const { passkeys } = await ada.client.call('viewAccount');
    const first = passkeys[0]!.passkey;
    const remove = async (passkey: string) => {
      const factor = await ada.factor(purposes.removePasskey(passkey));
      return outcome(ada.client.call('removePasskey', { params: { passkey }, body: { factor } }));
    };
    expect(await remove(first)).toBe('last-factor');
    // Codes alone let nobody in: there is no password yet.
    const { secret } = await ada.client.call('beginTotp');
    const code = totpCode(secret, plane.clock.time);
    const factor = await ada.factor(purposes.setTotp);
    await ada.client.call('setTotp', { body: { secret, code, factor } });
    expect(await remove(first)).toBe('last-factor');
    const password = await ada.factor(purposes.setPassword);
    await ada.client.call('setPassword', { body: { password: PASSWORD, factor: password } });
    expect(await remove('another')).toBe('not-found');
    expect(await remove(first)).toBe('ok');
    expect((await ada.client.call('viewAccount')).factors).toEqual(['totp', 'recovery']);
  });

  test('takes no password before it has codes', async () => {
    const ada = await joinWithPasskey(plane, name);
    const factor = await ada.factor(purposes.setPassword);
    const body = { password: PASSWORD, factor };
    expect(await outcome(ada.client.call('setPassword', { body }))).toBe('factor-needed');
  });

  test('gets a second passkey with a proof by the first, but not one that anybody has', async () => {
    const ada = await joinWithPasskey(plane, name);
    const other = await joinWithPasskey(plane, `${name}-other`);
    const add = async (authenticator: SoftAuthenticator, purpose: string = purposes.addPasskey) => {
      const { ceremony, options } = await ada.client.call('beginPasskeyAdd');
      const known = (options['excludeCredentials'] as { id: string }[]).map(({ id }) => id);
      expect(known).toContain(other.authenticator.credential?.id.toString('base64url'));
      const response = authenticator.create(options);
      const factor = await ada.factor(purpose);
      return outcome(ada.client.call('addPasskey', { body: { ceremony, response, label: 'key', factor } }));
    };
    expect(await add(other.authenticator)).toBe('passkey-known');
    expect(await add(ada.authenticator)).toBe('passkey-known');
    const copy = new SoftAuthenticator(named(plane));
    copy.credential = { ...other.authenticator.credential!, id: Buffer.alloc(16, 7) };
    expect(await add(copy)).toBe('passkey-known');
    expect(await add(new SoftAuthenticator(named(plane)), purposes.setTotp)).toBe('factor-invalid');
    expect(await add(new SoftAuthenticator(named(plane)))).toBe('ok');
    expect((await ada.client.call('viewAccount')).passkeys.length).toBe(2);
  });

  test('takes a new secret for codes once its first code came back, and not one that was never offered', async () => {
    const tom = await joinWithPassword(plane, name);
    const { secret } = await tom.client.call('beginTotp');
    const at = () => totpCode(secret, plane.clock.time);
    const set = (change: object) => {
      const factor = tom.factor();
      return outcome(tom.client.call('setTotp', { body: { secret, code: at(), factor, ...change } }));
    };
    const own = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    expect(await set({ code: '000000' })).toBe('factor-invalid');
    const factor = tom.factor();
    const forged = { secret: own, code: totpCode(own, plane.clock.time), factor };
    expect(await outcome(tom.client.call('setTotp', { body: forged }))).toBe('factor-invalid');
    expect(await set({})).toBe('ok');
    expect(await proved(name, tom.factor(), 'x')).toBe('factor-invalid');
    expect(await proved(name, { kind: 'totp', code: at() }, 'x')).toBe('totp');
  });

  test('gets new recovery codes, and the old ones are worth nothing', async () => {
    const tom = await joinWithPassword(plane, name);
    const { recoveryCodes } = await tom.client.call('newRecoveryCodes', { body: { factor: tom.factor() } });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await proved(name, { kind: 'recovery', code: tom.recoveryCodes[0]! }, 'x')).toBe('factor-invalid');
    expect(await proved(name, { kind: 'recovery', code: recoveryCodes[9]! }, 'x')).toBe('recovery');
  });
});

test('a token has no account, no factor, and no password', async () => {
  const { client } = plane;
  expect(await client.call('viewAccount')).toMatchObject({ name: 'carol', via: 'token', factors: [] });
  expect(await outcome(client.call('beginTotp'))).toBe('forbidden');
  expect(await outcome(client.call('stepUp', { body: { purpose: 'approve:x' } }))).toBe('forbidden');
  expect(await outcome(client.call('beginPasskeyAdd'))).toBe('forbidden');
});

test('a token that a person made proves nothing with that person’s codes', async () => {
  const tom = await joinWithPassword(plane, name);
  const actor = { label: 'ci', person: name, origin: '', factor: null };
  const done = await prove(plane.context.db, plane.context, { actor, token: 't-1' }, tom.factor(), 'x');
  expect(isRefused(done) && done.refused.code).toBe('factor-needed');
});
