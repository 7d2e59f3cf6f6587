/**
 * The second person, on a phone: joins with a passkey, consents to one plan, and, alone in an emergency, breaks the
 * glass. The real console of the real server, in a real browser; only the thumb is Chromium's own authenticator.
 */
import { Person } from '@tuesday/cli';
import { formatClock, type RefusedByServer, type Role, startClock } from '@tuesday/protocol';
import { VirtualAuthenticator } from '@tuesday/web';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptedDevice } from './testing/scripted-device.ts';
import { openBrowser } from './testing/real-console.ts';
import { ServerProcess } from './testing/server-process.ts';
import { publishSigned, trustAliceAndBob } from './testing/signed-release.ts';

const TUESDAY = Date.parse('2026-11-24T09:30:00Z');

let server: ServerProcess;
let alice: Person;
let browser: Browser;
let phone: BrowserContext;
let page: Page;
let authenticator: VirtualAuthenticator;
let rollout = '';
/** Passkeys belong to a name, not to an address of numbers. */
let consoleUrl = '';

function invite(name: string, roles: Role[]) {
  return server.operator.call('invitePerson', { body: { name, display: name, roles: { main: roles } } });
}

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(TUESDAY, 1)));
  await server.start();
  consoleUrl = `http://localhost:${server.port}`;
  await trustAliceAndBob(server);
  await publishSigned(server, '3.2.4');
  await publishSigned(server, '3.2.5', '--way-back', '3.2.4');
  const { invitation } = await invite('alice', ['operator', 'approver']);
  alice = await Person.join(server.url, invitation, { name: 'alice', password: 'four plain words do' });
  const device = new ScriptedDevice(server.url, 'th-1', { region: 'eu' }, false, '3.2.4');
  await device.enrol(server.secret('fleet.json', 'fleetKey'));
  await device.round(TUESDAY);
  browser = await openBrowser();
  phone = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  page = await phone.newPage();
  page.setDefaultTimeout(20_000);
  authenticator = await VirtualAuthenticator.addTo(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });

test('bob joins by the link that an admin was shown, with a passkey', async () => {
  const { path } = await invite('bob', ['approver', 'commander']);
  await page.goto(`${consoleUrl}${path}`);
  await page.getByRole('heading', { name: 'Welcome, bob' }).waitFor();
  await button('Make a passkey and join').click();
  await page.getByLabel('I have kept the codes').check();
  await button('Open the console').click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(await authenticator.credentials()).toHaveLength(1);
});

test('the link is worth nothing a second time', async () => {
  const { invitation } = await invite('carol', ['viewer']);
  const given = { name: 'carol', password: 'four plain words do' };
  await Person.join(server.url, invitation, given);
  const again = await Person.join(server.url, invitation, given).catch((error: unknown) => error);
  expect((again as RefusedByServer).refusal.code).toBe('invitation-invalid');
});

describe('what alice asks for', () => {
  test('waits in his inbox in plain words, and one touch consents to exactly that', async () => {
    const plan = {
      name: 'thermostat 3.2.5',
      release: '3.2.5',
      stages: [{ share: 1, soak: '24h' }],
      coverage: 0,
    };
    ({ rollout } = await alice.client.call('createRollout', { body: plan }));
    const params = { rollout };
    const { approval, digest } = await alice.client.call('requestApproval', { params, body: {} });
    await page.goto(`${consoleUrl}/approvals/${approval}`);
    await page.getByText('3.2.5 is sent to up to 1 devices').waitFor();
    await page.getByText(digest.slice(0, 8)).first().waitFor();
    await button('Approve with passkey').click();
    await expect
      .poll(async () => (await alice.client.call('viewApproval', { params: { approval } })).state)
      .toBe('approved');
    const [consent] = (await alice.client.call('viewApproval', { params: { approval } })).consents;
    expect(consent).toMatchObject({ by: 'bob', factor: 'passkey', onBehalfOf: null });
    const started = await alice.client.call('startRollout', { params, body: {} });
    expect(started.phase).toBe('scheduled');
  });

  test('a session that ends is taken up again with the same passkey', async () => {
    await phone.clearCookies();
    await page.goto(`${consoleUrl}/approvals`);
    await button('Sign in with a passkey').click();
    await page.getByRole('heading', { name: 'Approvals' }).waitFor();
  });
});

describe('an emergency, and nobody else is there', () => {
  test('bob breaks the glass from the phone, and the console is red until alice has closed the review', async () => {
    const because = { params: { device: 'th-1' }, body: { because: 'it looked broken' } };
    await alice.client.call('holdDevice', because);
    await page.goto(`${consoleUrl}/break-glass`);
    await page
      .getByLabel(/raise|hold/i)
      .first()
      .check();
    await page.getByLabel('Which device').fill('th-1');
    await page.getByLabel('Why').fill('It heats a ward, and alice cannot be reached.');
    await button('Break the glass with passkey').click();
    await page.getByRole('heading', { name: 'The glass is broken' }).waitFor();
    await page.goto(`${consoleUrl}/`);
    const banner = page.getByRole('region', { name: 'Broken glass' });
    await banner.getByText('bob broke the glass').waitFor();
    const [glass] = (await alice.client.call('listGlasses')).glasses;
    expect(glass).toMatchObject({ by: 'bob', act: 'unhold', factor: 'passkey' });
    const review = { params: { glass: glass?.glass ?? '' }, body: { finding: 'Right to act alone.' } };
    await alice.client.call('closeReview', review);
    await page.goto(`${consoleUrl}/`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expect.poll(() => banner.count()).toBe(0);
  });
});
