/** Signing in by a provider: the real library of one, on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../../http/operator/testing/control-plane.ts';
import { addPerson } from '../../testing/people.ts';
import { totpCode } from '../totp.ts';
import { type Browser, browser, invite, named, outcome } from '../testing/people.ts';

interface Account {
  readonly email: string;
  readonly email_verified: boolean;
}

let plane: TestPlane;
let server: Server;
let issuer: string;
/** What the provider knows of a subject. */
const accounts = new Map<string, Account>();
/** Changes what the provider's token endpoint answers. */
let tamper: ((body: Record<string, unknown>) => Record<string, unknown>) | undefined;

beforeAll(async () => {
  // The port is known before the provider is made, and the redirect before the plane is.
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  plane = await testPlane({
    TUESDAY_OIDC_ISSUER: issuer,
    TUESDAY_OIDC_CLIENT_ID: 'tuesday',
    TUESDAY_OIDC_CLIENT_SECRET: 'a secret of at least 32 characters',
    TUESDAY_OIDC_LABEL: 'Acme login',
  });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'tuesday',
        client_secret: 'a secret of at least 32 characters',
        redirect_uris: [`${named(plane)}/v1/sign-in/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['a key of the test'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...(accounts.get(id) ?? { email: '', email_verified: false }) }),
    }),
  });
  provider.use(async (context, next) => {
    await next();
    if (tamper && context.path === '/token' && typeof context.body === 'object')
      context.body = tamper(context.body as Record<string, unknown>);
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await plane[Symbol.asyncDispose]();
});
beforeEach(() => {
  tamper = undefined;
});

/** Goes to the provider and signs in there, as a browser would. @returns where the provider sends it back to */
async function comeBack(
  at: Browser,
  subject: string,
  onTheWay: (url: URL) => void = () => undefined,
): Promise<URL> {
  const left = await at.open('/v1/sign-in/oidc');
  expect(left.status).toBe(302);
  const jar = new Map<string, string>();
  let url = new URL(left.headers.get('location') ?? '');
  onTheWay(url);
  let form: string | undefined;
  for (let step = 0; step < 12 && url.origin === issuer; step++) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(key, value);
    }
    const location = response.headers.get('location');
    form = undefined;
    if (location !== null) url = new URL(location, url);
    else {
      // The pages of the library's development interactions: a name to sign in, then a consent.
      const page = await response.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
      url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', url);
      form = new URLSearchParams({
        prompt,
        ...(prompt === 'login' && { login: subject, password: 'x' }),
      }).toString();
    }
  }
  return url;
}

const pathOf = (url: URL) => `${url.pathname}${url.search}`;
const signedIn = (at: Browser) => outcome(at.client.call('viewAccount'));

test('the console hears of the way, and by which name', async () => {
  const { oidc } = await browser(named(plane)).client.call('signInWays');
  expect(oidc).toEqual({ label: 'Acme login', url: '/v1/sign-in/oidc' });
});

describe('a subject of the provider', () => {
  test('is the invited person with its verified address, and the same person later by its subject alone', async () => {
    await invite(plane, 'olga', ['operator']);
    accounts.set('sub-olga', { email: 'Olga@Example.com', email_verified: true });
    const at = browser(named(plane));
    const back = await at.open(pathOf(await comeBack(at, 'sub-olga')));
    expect([back.status, back.headers.get('location')]).toEqual([302, '/']);
    expect(await at.client.call('viewAccount')).toMatchObject({
      name: 'olga',
      factors: [],
      hasPassword: false,
      fleets: [{ fleet: 'main', roles: ['operator'] }],
    });
    accounts.set('sub-olga', { email: 'olga.married@example.com', email_verified: false });
    const later = browser(named(plane));
    await later.open(pathOf(await comeBack(later, 'sub-olga')));
    expect((await later.client.call('viewAccount')).name).toBe('olga');
    const { entries } = await plane.client.call('listAudit', { query: { limit: 1_000 } });
    expect(entries.filter(({ verb }) => verb === 'account.link').length).toBe(1);
  });

  test('has no second factor by it, and gets the first one only just after signing in', async () => {
    await addPerson(plane, 'oskar', ['approver']);
    await plane.database.pool.query(`UPDATE installation.people SET totp = NULL WHERE person = 'oskar'`);
    accounts.set('sub-oskar', { email: 'oskar@example.com', email_verified: true });
    const at = browser(named(plane));
    await at.open(pathOf(await comeBack(at, 'sub-oskar')));
    plane.clock.time += 10 * 60_000 + 1;
    const set = async () => {
      const { secret } = await at.client.call('beginTotp');
      const code = totpCode(secret, plane.clock.time);
      return outcome(at.client.call('setTotp', { body: { secret, code } }));
    };
    expect(await set()).toBe('factor-needed');
    plane.clock.time -= 1;
    expect(await set()).toBe('ok');
  });

  const strangers: [string, string, Account, (() => Promise<unknown>)?][] = [
    ['with an address that nobody here has', 'sub-x', { email: 'x@example.com', email_verified: true }],
    [
      'with an address that is not verified',
      'sub-y',
      { email: 'yara@example.com', email_verified: false },
      () => addPerson(plane, 'yara', []),
    ],
    [
      'with an address that two people have',
      'sub-z',
      { email: 'two@example.com', email_verified: true },
      async () => {
        await addPerson(plane, 'zoe', []);
        await addPerson(plane, 'zed', []);
        await plane.database.pool.query(
          `UPDATE installation.people SET email = 'two@example.com' WHERE person IN ('zoe', 'zed')`,
        );
      },
    ],
    [
      'with the address of a disabled person',
      'sub-w',
      { email: 'wim@example.com', email_verified: true },
      async () => {
        await addPerson(plane, 'wim', []);
        await plane.database.pool.query(
          `UPDATE installation.people SET state = 'disabled' WHERE person = 'wim'`,
        );
      },
    ],
    [
      'with the address of a person who is linked already',
      'sub-v',
      { email: 'vic@example.com', email_verified: true },
      async () => {
        await addPerson(plane, 'vic', []);
        await plane.database.pool.query(
          `UPDATE installation.people SET oidc_subject = 'somebody else' WHERE person = 'vic'`,
        );
      },
    ],
  ];
  test.each(strangers)('%s is refused in plain words', async (_, subject, account, prepare) => {
    await prepare?.();
    accounts.set(subject, account);
    const before = await people();
    const at = browser(named(plane));
    const back = await at.open(pathOf(await comeBack(at, subject)));
    expect([back.status, back.headers.get('content-type')]).toEqual([401, 'text/plain; charset=utf-8']);
    expect(await back.text()).toBe(
      'Not signed in: the provider knows you, but no account here is yours.\n' +
        'Try: ask an admin for an invitation to the e-mail address that the provider has verified.\n',
    );
    expect(await signedIn(at)).toBe('unauthenticated');
    expect(await people()).toEqual(before);
  });
});

describe('what comes back from the provider is refused', () => {
  const attempt = async (change: (url: URL, at: Browser) => unknown) => {
    accounts.set('sub-eve', { email: 'eve@example.com', email_verified: true });
    const at = browser(named(plane));
    const url = await comeBack(at, 'sub-eve');
    await change(url, at);
    const back = await at.open(pathOf(url));
    return { status: back.status, at, url };
  };
  beforeAll(() => addPerson(plane, 'eve', []));

  const rows: [string, (url: URL, at: Browser) => unknown][] = [
    ['with a forged state', (url) => url.searchParams.set('state', 'c-forged')],
    ['without a state', (url) => url.searchParams.delete('state')],
    ['with another code', (url) => url.searchParams.set('code', 'x'.repeat(43))],
    ['from another issuer', (url) => url.searchParams.set('iss', 'https://evil.example')],
    ['without its issuer', (url) => url.searchParams.delete('iss')],
    ['with an error of the provider', (url) => url.searchParams.set('error', 'access_denied')],
    ['in another browser', (_, at) => at.cookies.clear()],
    [
      'in a browser that left on a trip of its own',
      async (_, at) => void (await at.open('/v1/sign-in/oidc')),
    ],
    ['after five minutes', () => (plane.clock.time += 300_000)],
    [
      'with an id token of another issuer',
      () => {
        tamper = (body) => ({
          ...body,
          id_token: replaced(String(body['id_token']), { iss: 'https://evil.example' }),
        });
      },
    ],
    [
      'with an id token for another client',
      () => {
        tamper = (body) => ({ ...body, id_token: replaced(String(body['id_token']), { aud: 'another' }) });
      },
    ],
    [
      'without an id token',
      () => {
        tamper = (body) => ({ ...body, id_token: undefined });
      },
    ],
  ];
  test.each(rows)('%s', async (_, change) => {
    const { status, at } = await attempt(change);
    expect(status).toBe(401);
    expect(await signedIn(at)).toBe('unauthenticated');
  });

  test('with an id token for another trip: signed, and of another nonce', async () => {
    const at = browser(named(plane));
    const url = await comeBack(at, 'sub-eve', (left) => left.searchParams.set('nonce', 'another'));
    expect((await at.open(pathOf(url))).status).toBe(401);
    expect(await signedIn(at)).toBe('unauthenticated');
  });

  test('for a code challenge of somebody else', async () => {
    const at = browser(named(plane));
    const url = await comeBack(at, 'sub-eve', (left) =>
      left.searchParams.set('code_challenge', 'x'.repeat(43)),
    );
    expect((await at.open(pathOf(url))).status).toBe(401);
    expect(await signedIn(at)).toBe('unauthenticated');
  });

  test('the second time', async () => {
    const { status, at, url } = await attempt((_, here) => {
      here.cookies.set('kept', here.cookies.get('tuesday_oidc')!);
    });
    expect(status).toBe(302);
    const again = browser(named(plane));
    again.cookies.set('tuesday_oidc', at.cookies.get('kept')!);
    expect((await again.open(pathOf(url))).status).toBe(401);
    expect(await signedIn(again)).toBe('unauthenticated');
  });
});

async function people(): Promise<unknown> {
  const { rows } = await plane.database.pool.query(
    'SELECT person, state, oidc_subject FROM installation.people ORDER BY 1',
  );
  return rows;
}

/** Claims replaced under a signature that stays. */
function replaced(token: string, claims: Record<string, unknown>): string {
  const [head, body = '', signature] = token.split('.');
  const own = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  return [head, Buffer.from(JSON.stringify({ ...own, ...claims })).toString('base64url'), signature].join(
    '.',
  );
}
