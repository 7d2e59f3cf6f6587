/**
 * The Friday story by clicking: published, approved on a phone, started, halted by itself, gone on without the slice,
 * mended, and closed. The real console of the real server, with two people in two browsers; what they cannot click is
 * signing, because the keys are elsewhere.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatClock, startClock } from '@tuesday/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptedDevice } from './testing/scripted-device.ts';
import { joinByPasskey, openBrowser } from './testing/real-console.ts';
import { ServerProcess } from './testing/server-process.ts';
import { publishSigned, signByBoth, trustAliceAndBob } from './testing/signed-release.ts';

const TUESDAY = Date.parse('2026-11-24T09:10:00Z');
const HOUR = 3_600_000;
const BROKEN = 'mosquitto 2.0.18';
const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

let server: ServerProcess;
let browser: Browser;
/** At a desk. */
let alice: Page;
/** On a phone. */
let bob: Page;
let devices: ScriptedDevice[];
let now = TUESDAY;

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const confirm = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name }).click();
const on = (broker: string, version: string) =>
  devices.filter((device) => device.broker === broker && device.version === version).length;

async function everybody(): Promise<void> {
  for (const device of devices) await device.round(now);
}

/** Ends the server and starts it later; the pages find it again by themselves. */
async function later(hours: number): Promise<void> {
  await server.end('SIGTERM');
  now += hours * HOUR;
  server.clock = formatClock(startClock(now, 1));
  await server.start();
}

/** Devices report until a page says so; the test's own limit ends it otherwise. */
async function until(page: Page, words: string): Promise<void> {
  while ((await page.getByText(words).filter({ visible: true }).count()) === 0) {
    await everybody();
    await page.waitForTimeout(100);
  }
}

/** From a file to a release that two people have signed. */
async function publish(version: string, wayBack: string): Promise<void> {
  const file = join(server.folder, 'fw-th-2.bundle');
  writeFileSync(file, `firmware ${version}`);
  await alice.getByRole('link', { name: 'Releases' }).first().click();
  await button(alice, 'Publish a release').click();
  await alice.getByLabel('Artifacts', { exact: true }).setInputFiles(file);
  await alice.getByLabel('Hardware', { exact: true }).fill('th-2');
  await alice.getByLabel('Version', { exact: true }).fill(version);
  await alice.getByLabel('Way back', { exact: true }).selectOption(wayBack);
  await button(alice, 'Declare it and upload').click();
  await alice.getByText(`${version} waits for two signatures`).first().waitFor();
  await signByBoth(server, version);
  await alice.getByText('alice and bob signed it').first().waitFor();
}

/** Bob's phone rings; he reads what he consents to, and touches it once. */
async function consent(release: string): Promise<void> {
  await button(alice, 'Ask for consent').click();
  await confirm(alice, 'Ask');
  await bob.goto(`http://localhost:${server.port}/approvals`);
  await bob.locator('main a[href*="/approvals/"]').first().click();
  await bob.getByText(`${release} is sent to up to 48 devices`).waitFor();
  await button(bob, 'Approve with passkey').click();
  await alice.getByText('1 of 1 consents', { exact: true }).waitFor();
}

async function start(): Promise<void> {
  await button(alice, 'Start').first().click();
  await confirm(alice, 'Start');
}

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(now, 1)));
  await server.start();
  await trustAliceAndBob(server);
  await publishSigned(server, '3.2.4');
  const calendar = { zone: 'UTC', windows: [{ days: [...week], from: '00:00', to: '24:00' }] };
  await server.operator.call('setPolicy', {
    body: { policy: { calendar, watch: { required: false } }, because: 'a story that knows no night' },
  });
  devices = Array.from({ length: 48 }, (_, index) => {
    const broker = index % 4 === 0 ? BROKEN : 'mosquitto 2.0.15';
    const goesBack = broker === BROKEN ? (version: string) => version === '3.2.5' : false;
    return new ScriptedDevice(server.url, `th-${100 + index}`, { broker }, goesBack, '3.2.4');
  });
  for (const device of devices) await device.enrol(server.secret('fleet.json', 'fleetKey'));
  await everybody();
  browser = await openBrowser();
  alice = await joinByPasskey(browser, server, {
    name: 'alice',
    roles: ['operator', 'commander'],
    size: { width: 1_280, height: 900 },
  });
  bob = await joinByPasskey(browser, server, {
    name: 'bob',
    roles: ['approver'],
    size: { width: 390, height: 844 },
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

describe('3.2.5', () => {
  test('is published, planned, and consented to on a phone', async () => {
    await publish('3.2.5', '3.2.4');
    await button(alice, 'Roll it out').click();
    await alice.getByRole('heading', { name: 'New rollout' }).waitFor();
    await alice.getByLabel('To, % of the fleet').first().fill('50');
    await alice.getByLabel('Soak').first().fill('1h');
    await button(alice, 'Take out stage 2').click();
    await alice.getByLabel('Soak').nth(1).fill('1h');
    await alice.getByText('More rules').click();
    await alice.getByLabel('Kept back as control, %').fill('0');
    await alice.getByLabel('Watched after the last stage').fill('1h');
    await alice.getByText('goes with the plan').waitFor({ timeout: 60_000 });
    await button(alice, 'Write it down').click();
    await alice.getByRole('heading', { name: 'Written, not started' }).waitFor();
    await alice.getByRole('heading', { name: 'Rehearsal' }).waitFor();
    await consent('3.2.5');
    await start();
  }, 120_000);

  test('halts by itself, and names the culprit', async () => {
    await until(alice, 'Halted in stage 1 of 2');
    await button(alice, 'I have seen it').click();
    await alice.getByText('alice has seen it').waitFor();
    await alice.getByText('the culprit', { exact: true }).waitFor();
    expect(on(BROKEN, '3.2.5')).toBe(0);
  }, 120_000);

  test('goes on without the slice, to its end', async () => {
    await button(alice, 'Go on without it').click();
    await alice.getByRole('dialog').getByLabel('Because').fill('3.2.6 mends the client.');
    await confirm(alice, 'Go on without it');
    await alice.getByText(`Goes on without broker = ${BROKEN}.`).waitFor();
    await until(alice, 'is soaking');
    for (let looked = 0; looked < 6 && (await alice.getByText('Completed').count()) === 0; looked++) {
      await everybody();
      await everybody();
      await later(1.2);
      await everybody();
      await alice.waitForTimeout(4_000);
    }
    await until(alice, 'Completed: 3.2.5 came to the end of its plan');
    expect(on('mosquitto 2.0.15', '3.2.5')).toBe(36);
    expect(on(BROKEN, '3.2.4')).toBe(12);
  }, 180_000);
});

describe('3.2.6', () => {
  test('is started by the plan before, and taken where 3.2.5 broke', async () => {
    await publish('3.2.6', '3.2.4');
    await button(alice, 'Roll it out').click();
    await alice.getByText('The stages are those of').waitFor();
    expect(await alice.getByLabel('To, % of the fleet').first().inputValue()).toBe('50');
    await alice.getByText('goes with the plan').waitFor({ timeout: 60_000 });
    await button(alice, 'Write it down').click();
    await alice.getByRole('heading', { name: 'Written, not started' }).waitFor();
    await consent('3.2.6');
    await start();
    await until(alice, 'Stage 1 of 2 is soaking');
    await everybody();
    await everybody();
    expect(on(BROKEN, '3.2.6')).toBeGreaterThan(0);
  }, 120_000);

  test('and the incident of 3.2.5 is closed', async () => {
    await alice
      .getByRole('link', { name: /^Incidents/ })
      .first()
      .click();
    await alice
      .getByRole('link', { name: /3\.2\.5/ })
      .first()
      .click();
    await button(alice, 'Close it').click();
    await alice.getByLabel('How it ended').fill('3.2.6 reconnects with a pause.');
    await confirm(alice, 'Close it');
    await button(alice, 'Open it again').waitFor();
  }, 60_000);
});

test('the log names both people, and verifies', async () => {
  const { entries } = await server.operator.call('listAudit', { query: { limit: 200 } });
  const told = entries.map(({ actor, verb }) => `${actor} ${verb}`);
  for (const one of [
    'alice release.create',
    'alice rollout.create',
    'bob approval.consent',
    'alice rollout.start',
    'judge rollout.halted',
    'alice rollout.exclude',
    'alice incident.close',
  ])
    expect(told).toContain(one);
  await server.tuesday('audit', 'export', '--out', 'audit.jsonl');
  expect(await server.tuesday('audit', 'verify', 'audit.jsonl')).toMatch(/\d+ entries/);
});
