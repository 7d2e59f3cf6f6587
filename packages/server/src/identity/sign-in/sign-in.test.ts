import { isRefused } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../../http/operator/testing/control-plane.ts';
import { prove } from '../prove.ts';
import { browser, joinWithPasskey, joinWithPassword, named, outcome, PASSWORD } from '../testing/people.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

type Body = { name: string; password: string; factor?: { kind: 'totp'; code: string } };

async function attempt(body: Body): Promise<{ status: number; text: string }> {
  const response = await fetch(`${plane.url}/v1/sign-in/password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

describe('signing in with a password', () => {
  test('lets in with password and code, and the audit log says how', async () => {
    const alice = await joinWithPassword(plane, 'alice', ['operator']);
    const at = browser(named(plane));
    await at.client.call('passwordSignIn', {
      body: { name: 'alice', password: PASSWORD, factor: alice.factor() },
    });
    const account = await at.client.call('viewAccount');
    expect(account).toMatchObject({
      name: 'alice',
      via: 'session',
      hasPassword: true,
      recoveryCodesLeft: 10,
      factors: ['totp', 'recovery'],
      fleets: [{ fleet: 'main', roles: ['operator'] }],
    });
    const { entries } = await plane.client.call('listAudit', { query: { limit: 1_000 } });
    expect(entries.at(-1)).toMatchObject({
      verb: 'session.open',
      actor: 'alice',
      factor: 'totp',
      fleet: null,
    });
  });

  test('asks for the code before it looks at anything, the same for every name and password', async () => {
    const answers = await Promise.all([
      attempt({ name: 'alice', password: PASSWORD }),
      attempt({ name: 'alice', password: 'wrong wrong wrong' }),
      attempt({ name: 'nemo', password: 'wrong wrong wrong' }),
    ]);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.text).toContain('factor-needed');
  });

  test('answers byte for byte the same whether name, password or code is wrong, seven times in a row', async () => {
    await joinWithPassword(plane, 'bea');
    const passkeyOnly = await joinWithPasskey(plane, 'pia');
    const code = { kind: 'totp', code: '000000' } as const;
    const cases: Body[] = [
      { name: 'bea', password: 'not her password', factor: code },
      { name: 'bella', password: 'not her password', factor: code },
      { name: passkeyOnly.name, password: 'not her password', factor: code },
    ];
    const told: string[][] = [];
    for (const body of cases) {
      await forget();
      const answers: string[] = [];
      for (let i = 0; i < 7; i++) {
        const { status, text } = await attempt(body);
        answers.push(`${status} ${text}`);
      }
      told.push(answers);
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    expect(told[0]?.map((line) => line.slice(0, 3))).toEqual([
      '401',
      '401',
      '401',
      '401',
      '401',
      '429',
      '429',
    ]);
    expect(told[0]?.[5]).toContain('the next one counts in 1 minute');
    await forget();
    const wrongCode = await attempt({ name: 'bea', password: PASSWORD, factor: code });
    expect(`${wrongCode.status} ${wrongCode.text}`).toBe(told[0]?.[0]);
  });

  test('locks a name for 1, 2, 4 and at last 60 minutes, and even the right password waits', async () => {
    await forget();
    const carl = await joinWithPassword(plane, 'carl');
    const wrong = {
      name: 'carl',
      password: 'not his password',
      factor: { kind: 'totp', code: '000000' },
    } as const;
    for (let i = 0; i < 5; i++) expect((await attempt(wrong)).status).toBe(401);
    const waits: string[] = [];
    for (let i = 0; i < 8; i++) {
      const right = await attempt({ name: 'carl', password: PASSWORD, factor: carl.factor() });
      expect(right.status).toBe(429);
      plane.clock.time -= 30_000;
      const minutes = Number(/in (\d+) minutes?/.exec(right.text)?.[1]);
      waits.push(String(minutes));
      plane.clock.time += minutes * 60_000;
      expect((await attempt(wrong)).status).toBe(401);
      // Only the name is on trial here.
      await forgetAddress();
    }
    // The code is asked for half a minute after the lock began, which rounds up to the same minutes.
    expect(waits).toEqual(['1', '2', '4', '8', '16', '32', '60', '60']);
    plane.clock.time += 3_600_000;
    const body = { name: 'carl', password: PASSWORD, factor: carl.factor() };
    expect((await attempt(body)).status).toBe(200);
    // The name's are gone, the address's stay.
    expect((await failures()).sort((a, b) => a - b)).toEqual([0, expect.any(Number)]);
  });

  test('a hundred attempts at the same time are a hundred', async () => {
    await forget();
    await joinWithPassword(plane, 'dora');
    const body = {
      name: 'dora',
      password: 'not her password',
      factor: { kind: 'totp', code: '1'.repeat(6) },
    } as const;
    const answers = await Promise.all(Array.from({ length: 30 }, () => attempt(body)));
    expect(answers.filter(({ status }) => status === 401).length).toBe(5);
    expect(answers.filter(({ status }) => status === 429).length).toBe(25);
  });

  test('an address is locked after twenty wrong attempts with twenty names, and success does not clear it', async () => {
    await forget();
    const emil = await joinWithPassword(plane, 'emil');
    const wrong = (name: string) =>
      attempt({ name, password: 'not a password', factor: { kind: 'totp', code: '000000' } });
    for (let i = 0; i < 19; i++) expect((await wrong(`guess-${i}`)).status).toBe(401);
    const right = { name: 'emil', password: PASSWORD, factor: emil.factor() };
    // It counts as the twentieth while it is looked at, and is forgiven.
    expect((await attempt(right)).status).toBe(200);
    expect((await wrong('guess-20')).status).toBe(401);
    expect((await wrong('guess-21')).status).toBe(429);
    expect((await attempt({ ...right, factor: emil.factor() })).status).toBe(429);
    await forget();
  });

  test('two sign-ins with one code at the same time: one', async () => {
    const fred = await joinWithPassword(plane, 'fred');
    const factor = fred.factor();
    const answers = await Promise.all(
      [1, 2].map(() => attempt({ name: 'fred', password: PASSWORD, factor })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401]);
  });

  test('a recovery code lets in once, however it is typed', async () => {
    const gina = await joinWithPassword(plane, 'gina');
    const code = gina.recoveryCodes[3]!.toUpperCase().replaceAll('-', ' ');
    const factor = { kind: 'recovery' as const, code };
    const at = browser(named(plane));
    const body = { name: 'gina', password: PASSWORD, factor };
    expect(await outcome(at.client.call('passwordSignIn', { body }))).toBe('ok');
    expect(await outcome(at.client.call('passwordSignIn', { body }))).toBe('sign-in-failed');
    expect((await at.client.call('viewAccount')).recoveryCodesLeft).toBe(9);
  });

  test('makes a new secret each time, and ends the session that the browser had', async () => {
    const hugo = await joinWithPassword(plane, 'hugo');
    const before = new Map(hugo.cookies);
    const body = { name: 'hugo', password: PASSWORD, factor: hugo.factor() };
    await hugo.client.call('passwordSignIn', { body });
    expect(hugo.cookies).not.toEqual(before);
    const thief = browser(named(plane));
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect(await outcome(thief.client.call('viewAccount'))).toBe('unauthenticated');
    expect(await outcome(hugo.client.call('viewAccount'))).toBe('ok');
  });
});

describe('signing in with a passkey', () => {
  test('lets in without a name, and the challenge lists nobody', async () => {
    const ida = await joinWithPasskey(plane, 'ida');
    const at = browser(named(plane));
    const { ceremony, options } = await at.client.call('beginPasskeySignIn');
    expect(options['allowCredentials']).toBeUndefined();
    expect(options['userVerification']).toBe('required');
    const body = { ceremony, response: ida.authenticator.get(options) };
    await at.client.call('passkeySignIn', { body });
    expect((await at.client.call('viewAccount')).name).toBe('ida');
    expect(await outcome(browser(named(plane)).client.call('passkeySignIn', { body }))).toBe(
      'sign-in-failed',
    );
  });

  test('says at a bare address that passkeys need a name, and which one', async () => {
    const error = await browser(plane.url)
      .client.call('beginPasskeySignIn')
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({
      refusal: { code: 'bad-request', field: 'host', try: `open ${named(plane)} instead` },
    });
  });

  const forgeries: [
    string,
    Parameters<Awaited<ReturnType<typeof joinWithPasskey>>['authenticator']['get']>[1],
  ][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rp: 'evil.example' }],
    ['a user who was not verified', { flags: 0x01 }],
    ['a counter that did not rise', { counter: 1 }],
    ['the handle of somebody else', { userHandle: Buffer.alloc(32).toString('base64url') }],
    ['no handle at all', { userHandle: null }],
  ];
  test.each(forgeries)('an answer with %s is refused, and uses the challenge up', async (what, forging) => {
    const jo = await joinWithPasskey(plane, `jo-${forgeries.findIndex(([name]) => name === what)}`);
    jo.authenticator.credential!.counter = 5;
    const sign = async (forge: typeof forging) => {
      const { ceremony, options } = await jo.client.call('beginPasskeySignIn');
      return { ceremony, options, response: jo.authenticator.get(options, forge) };
    };
    const { options: _, ...honest } = await sign({});
    expect(await outcome(jo.client.call('passkeySignIn', { body: honest }))).toBe('ok');
    const { options, ...forged } = await sign(forging);
    expect(await outcome(jo.client.call('passkeySignIn', { body: forged }))).toBe('sign-in-failed');
    const again = { ceremony: forged.ceremony, response: jo.authenticator.get(options) };
    expect(await outcome(jo.client.call('passkeySignIn', { body: again }))).toBe('sign-in-failed');
    await forget();
  });

  test('two answers to one challenge at the same time: one', async () => {
    const kim = await joinWithPasskey(plane, 'kim');
    const { ceremony, options } = await kim.client.call('beginPasskeySignIn');
    const answers = await Promise.all(
      [1, 2].map(() => {
        const body = { ceremony, response: kim.authenticator.get(options) };
        return outcome(browser(named(plane)).client.call('passkeySignIn', { body }));
      }),
    );
    expect(answers.sort()).toEqual(['ok', 'sign-in-failed']);
  });

  test.each([
    ['after five minutes', 300_000],
    ['when the clock was moved back since', -60_000],
  ])('a challenge is worth nothing %s', async (_, moved) => {
    const len = await joinWithPasskey(plane, `len-${Math.abs(moved)}`);
    const { ceremony, options } = await len.client.call('beginPasskeySignIn');
    plane.clock.time += moved;
    const body = { ceremony, response: len.authenticator.get(options) };
    expect(await outcome(len.client.call('passkeySignIn', { body }))).toBe('sign-in-failed');
    plane.clock.time -= Math.min(0, moved);
  });
});

test('a password that is changed while it is looked at lets nobody in', async () => {
  await forget();
  const lea = await joinWithPassword(plane, 'lea');
  const factor = lea.factor();
  const client = await plane.database.pool.connect();
  await client.query('BEGIN');
  await client.query(`UPDATE installation.people SET password = 'another' WHERE person = 'lea'`);
  const asked = attempt({ name: 'lea', password: PASSWORD, factor });
  await waiting();
  await client.query('COMMIT');
  client.release();
  expect((await asked).status).toBe(401);
});

test('a person who is disabled while they sign in is not in when they are enabled again', async () => {
  await forget();
  const moe = await joinWithPasskey(plane, 'moe');
  const { ceremony, options } = await moe.client.call('beginPasskeySignIn');
  const client = await plane.database.pool.connect();
  await client.query('BEGIN');
  await client.query(`UPDATE installation.people SET state = 'disabled' WHERE person = 'moe'`);
  const at = browser(named(plane));
  const body = { ceremony, response: moe.authenticator.get(options) };
  const asked = outcome(at.client.call('passkeySignIn', { body }));
  await waiting();
  await client.query('COMMIT');
  client.release();
  expect(await asked).toBe('sign-in-failed');
});

test('a person who may not come in any more is refused in the same words', async () => {
  await forget();
  const mia = await joinWithPassword(plane, 'mia');
  await plane.client.call('disablePerson', { params: { person: 'mia' }, body: { because: 'left' } });
  const body = { name: 'mia', password: PASSWORD, factor: mia.factor() };
  const disabled = await attempt(body);
  const nobody = await attempt({ ...body, name: 'miriam' });
  expect(disabled).toEqual(nobody);
});

test('codes of somebody who is signed in are counted too: a stolen session does not try them all', async () => {
  const nina = await joinWithPassword(plane, 'nina');
  const { db } = plane.context;
  const actor = { label: 'nina', person: 'nina', origin: '', factor: null };
  const guess = (code: string) =>
    db
      .transaction()
      .execute((trx) => prove(trx, plane.context, { actor, token: null }, { kind: 'totp', code }, 'x'));
  const codes: string[] = [];
  for (let i = 0; i < 6; i++) {
    const done = await guess('000000');
    codes.push(isRefused(done) ? done.refused.code : 'ok');
  }
  expect(codes).toEqual([...Array<string>(5).fill('factor-invalid'), 'too-many-attempts']);
  plane.clock.time += 60_000;
  expect(await guess(nina.factor().code)).toEqual({ factor: 'totp' });
});

/** Until some query of the plane waits for a lock. */
async function waiting(): Promise<void> {
  for (;;) {
    const { rows } = await plane.database.pool.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    if (rows.length > 0) return;
  }
}

async function forget(): Promise<void> {
  await plane.database.pool.query('DELETE FROM installation.attempts');
}

async function forgetAddress(): Promise<void> {
  await plane.database.pool.query(
    'DELETE FROM installation.attempts WHERE failures < (SELECT max(failures) FROM installation.attempts)',
  );
}

async function failures(): Promise<number[]> {
  const { rows } = await plane.database.pool.query<{ failures: number }>(
    'SELECT failures FROM installation.attempts',
  );
  return rows.map((row) => row.failures);
}
