/** Passkeys in a real Chromium with its virtual authenticator (Web Authentication Level 3, 11). */
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../../http/operator/testing/control-plane.ts';
import { invite, named } from '../testing/people.ts';

let plane: TestPlane;
let browser: Browser;
let page: Page;
let devtools: CDPSession;
let authenticator: string;

beforeAll(async () => {
  plane = await testPlane();
  browser = await chromium.launch({
    executablePath: process.env['TUESDAY_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await plane[Symbol.asyncDispose]();
});

beforeEach(async () => {
  const context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  ({ authenticatorId: authenticator } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  }));
  // Any page of the origin does: what asks is the browser.
  await page.goto(`${named(plane)}/openapi.json`);
  await page.evaluate(IN_THE_PAGE);
});
afterEach(() => page.context().close());

/** What the console does, in as few words. Errors come back as their name or the code of the refusal. */
const IN_THE_PAGE = `
globalThis.ask = async (method, path, body) => {
  const response = await fetch(path, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (answer.refused) throw new Error(answer.refused.code);
  return answer;
};
globalThis.make = async ({ ceremony, options }) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey });
  return { ceremony, response: made.toJSON() };
};
globalThis.prove = async ({ ceremony, options }) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const got = await navigator.credentials.get({ publicKey });
  return { ceremony, response: got.toJSON() };
};
globalThis.join = async (invitation) => {
  const begun = await ask('POST', '/v1/join/passkey/begin', { invitation });
  return ask('POST', '/v1/join', { invitation, passkey: { ...(await make(begun)), label: 'this laptop' } });
};
globalThis.outcome = (asked) => asked.then((answer) => answer, (error) => error.name === 'Error' ? error.message : error.name);
0`;

const evaluate = (script: string) => page.evaluate(script);

test('join with a passkey, sign out, sign in with it, and vouch for one act', async () => {
  const { invitation } = await invite(plane, 'alice', ['approver']);
  expect(await evaluate(`outcome(join('${invitation}'))`)).toMatchObject({
    name: 'alice',
    recoveryCodes: expect.arrayContaining([expect.stringMatching(/^(\w{4}-){3}\w{4}$/)]),
  });
  expect(await evaluate(`outcome(ask('GET', '/v1/account'))`)).toMatchObject({ name: 'alice' });
  expect(await evaluate(`outcome(ask('DELETE', '/v1/session'))`)).toEqual({ ok: true });
  expect(await evaluate(`outcome(ask('GET', '/v1/account'))`)).toBe('unauthenticated');

  const signIn = `outcome((async () => {
    const begun = await ask('POST', '/v1/sign-in/passkey/begin');
    return ask('POST', '/v1/sign-in/passkey', await prove(begun));
  })())`;
  expect(await evaluate(signIn)).toEqual({ ok: true });
  expect(await evaluate(`outcome(ask('GET', '/v1/account'))`)).toMatchObject({
    name: 'alice',
    factors: ['recovery', 'passkey'],
    passkeys: [{ label: 'this laptop', lastUsedAt: plane.clock.time }],
  });

  const renew = (purpose: string) => `outcome((async () => {
    const begun = await ask('POST', '/v1/step-up', { purpose: '${purpose}' });
    const factor = { kind: 'passkey', ...(await prove(begun)) };
    const once = await outcome(ask('POST', '/v1/account/recovery-codes', { factor }));
    const twice = await outcome(ask('POST', '/v1/account/recovery-codes', { factor }));
    return [once, twice];
  })())`;
  expect(await evaluate(renew('account:recovery-codes'))).toEqual([
    { recoveryCodes: expect.any(Array) },
    'factor-invalid',
  ]);
  expect(await evaluate(renew('approve:of-something-else'))).toEqual(['factor-invalid', 'factor-invalid']);
});

test('a second account with the same authenticator: the browser will not, and a forged answer is refused', async () => {
  const first = await invite(plane, 'bob');
  expect(await evaluate(`outcome(join('${first.invitation}'))`)).toMatchObject({ name: 'bob' });
  const second = await invite(plane, 'bob-again');
  expect(await evaluate(`outcome(join('${second.invitation}'))`)).toBe('InvalidStateError');
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId: authenticator });
  expect(credentials.length).toBe(1);

  // The answer that made the first account, with the challenge of the second written into it.
  const forged = `outcome((async () => {
    const begin = () => ask('POST', '/v1/join/passkey/begin', { invitation: '${second.invitation}' });
    const begun = await begin();
    begun.options.excludeCredentials = [];
    const other = await make(begun);
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const known = (await begin()).options.excludeCredentials[0].id;
    // Without attestation nobody signs the credential id: put the known one in its place.
    const attestation = bytes(other.response.response.attestationObject);
    const own = bytes(other.response.id);
    const at = attestation.findIndex((_, i) => own.every((byte, j) => attestation[i + j] === byte));
    attestation.set(bytes(known).slice(0, own.length), at);
    other.response.id = other.response.rawId = known;
    other.response.response.attestationObject = text(attestation);
    return ask('POST', '/v1/join', { invitation: '${second.invitation}', passkey: { ...other, label: 'forged' } });
  })())`;
  expect(await evaluate(forged)).toBe('passkey-known');
  const { people } = await plane.client.call('listPeople');
  expect(people.find(({ name }) => name === 'bob-again')).toMatchObject({ state: 'invited', factors: [] });
});

test('an authenticator that does not verify its user does not join', async () => {
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false });
  const { invitation } = await invite(plane, 'carol');
  expect(await evaluate(`outcome(join('${invitation}'))`)).toBe('NotAllowedError');
});
