/**
 * Two operators at one rollout: each sees what the other does, and who comes second gets a reason and keeps what was
 * typed. The real console of the real server, in two browsers.
 */
import { formatClock, startClock } from '@tuesday/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinByPasskey, openBrowser } from './testing/real-console.ts';
import { ScriptedDevice } from './testing/scripted-device.ts';
import { ServerProcess } from './testing/server-process.ts';
import { publishSigned, trustAliceAndBob } from './testing/signed-release.ts';

const TUESDAY = Date.parse('2026-11-24T09:30:00Z');
const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const DESK = { width: 1_280, height: 900 };

let server: ServerProcess;
let browser: Browser;
let alice: Page;
let bob: Page;
let rollout = '';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');
const events = async () => (await server.operator.call('viewRollout', { params: { rollout } })).events;
const kinds = async () => (await events()).map(({ event }) => event.kind);

/** Opens an act and writes the reason, but does not send it yet. */
async function about(page: Page, act: string, because: string): Promise<void> {
  await button(page, act).first().click();
  await dialog(page).getByLabel('Because').fill(because);
}
const send = (page: Page, act: string) => button(page, act).last().click();

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(TUESDAY, 1)));
  await server.start();
  await trustAliceAndBob(server);
  await publishSigned(server, '3.2.4');
  await publishSigned(server, '3.2.5', '--way-back', '3.2.4');
  const calendar = { zone: 'UTC', windows: [{ days: [...week], from: '00:00', to: '24:00' }] };
  const policy = { calendar, watch: { required: false }, approvals: { needed: 0 } };
  await server.operator.call('setPolicy', { body: { policy, because: 'a test that knows no night' } });
  for (let index = 0; index < 8; index++) {
    const device = new ScriptedDevice(server.url, `th-${index}`, { region: 'eu' }, false, '3.2.4');
    await device.enrol(server.secret('fleet.json', 'fleetKey'));
    await device.round(TUESDAY);
  }
  const stages = [{ share: 1, soak: '24h' }] as const;
  const plan = { name: 'Thermostat', release: '3.2.5', stages: [...stages], holdOut: 0, coverage: 0 };
  ({ rollout } = await server.operator.call('createRollout', { body: plan }));
  await server.operator.call('startRollout', { params: { rollout }, body: {} });
  browser = await openBrowser();
  alice = await joinByPasskey(browser, server, {
    name: 'alice',
    roles: ['operator', 'commander'],
    size: DESK,
  });
  bob = await joinByPasskey(browser, server, { name: 'bob', roles: ['operator', 'commander'], size: DESK });
  for (const page of [alice, bob]) {
    await page.goto(`http://localhost:${server.port}/rollouts/${rollout}`);
    await button(page, 'Halt').first().waitFor();
  }
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test('what one does, the other sees, with the reason, without touching anything', async () => {
  await about(alice, 'Pause', 'the call centre asks for an hour');
  await send(alice, 'Pause');
  await bob.getByText('Paused by alice: the call centre asks for an hour').first().waitFor();
  await button(bob, 'Resume').first().waitFor();
});

test('who was slower hears what happened meanwhile, and keeps what was typed', async () => {
  await about(alice, 'Resume', 'the hour is over');
  await about(bob, 'Halt', 'a customer is cold');
  await send(bob, 'Halt');
  await alice.getByText('Halted by bob: a customer is cold').first().waitFor();
  await send(alice, 'Resume');
  const refusal = dialog(alice).getByRole('alert');
  await expect.poll(() => refusal.innerText()).toMatch(/halted/);
  expect(await dialog(alice).getByLabel('Because').inputValue()).toBe('the hour is over');
  expect(await kinds()).not.toContain('resumed');
  await button(alice, 'Not now').click();
});

test('of two who recall at the same moment, one does it and the other is told', async () => {
  await about(alice, 'Recall', 'I send them back');
  await about(bob, 'Recall', 'so do I');
  await Promise.all([send(alice, 'Recall'), send(bob, 'Recall')]);
  const recalled = async () => (await kinds()).filter((kind) => kind === 'recall-started').length;
  await expect.poll(recalled).toBe(1);
  const open = async () => (await dialog(alice).count()) + (await dialog(bob).count());
  await expect.poll(open).toBe(1);
  const slower = (await dialog(alice).count()) === 1 ? alice : bob;
  await expect.poll(() => dialog(slower).getByRole('alert').innerText()).toMatch(/recall/i);
  expect(await recalled()).toBe(1);
});
