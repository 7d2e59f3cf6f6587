/**
 * An incident from the halt to the report: the real server, which is killed in between, the real command line, and the
 * real console in a real browser. The devices are scripted; what they say goes over the real protocol.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatClock, type IncidentListView, type IncidentView, startClock } from '@tuesday/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptedDevice } from './testing/scripted-device.ts';
import { openBrowser } from './testing/real-console.ts';
import { ServerProcess } from './testing/server-process.ts';
import { publishSigned, trustAliceAndBob } from './testing/signed-release.ts';

const TUESDAY = Date.parse('2026-11-24T09:30:00Z');
const BROKEN = 'mosquitto 2.0.18';
const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

let server: ServerProcess;
let browser: Browser;
let page: Page;
let devices: ScriptedDevice[];
let rollout = '';
let incident = '';

const json = async <T>(...args: string[]) => JSON.parse(await server.tuesday(...args, '--json')) as T;
const view = () => json<IncidentView>('incident', 'view', incident);

async function everybody(): Promise<void> {
  for (const device of devices) await device.round(TUESDAY);
}

const phaseOf = async () => (await server.operator.call('viewRollout', { params: { rollout } })).phase;

/** Asks until it is so; the test's own limit ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(TUESDAY, 1)));
  await server.start();
  await trustAliceAndBob(server);
  await publishSigned(server, '3.2.4');
  await publishSigned(server, '3.2.5', '--way-back', '3.2.4');
  const calendar = { zone: 'UTC', windows: [{ days: [...week], from: '00:00', to: '24:00' }] };
  await server.operator.call('setPolicy', {
    body: {
      policy: { calendar, watch: { required: false }, approvals: { needed: 0 } },
      because: 'a test that knows no night',
    },
  });
  const key = server.secret('fleet.json', 'fleetKey');
  devices = Array.from({ length: 48 }, (_, index) => {
    const isBroken = index % 2 === 0;
    const environment = { broker: isBroken ? BROKEN : 'mosquitto 2.0.15', site: 'Mill Lane' };
    return new ScriptedDevice(server.url, `th-${100 + index}`, environment, isBroken, '3.2.4');
  });
  for (const device of devices) await device.enrol(key);
  await everybody();
  const stages = [
    { share: 0.5, soak: '24h' },
    { share: 1, soak: '24h' },
  ];
  const plan = { name: 'Thermostat', release: '3.2.5', stages, holdOut: 0 };
  ({ rollout } = await server.operator.call('createRollout', { body: plan }));
  await server.operator.call('startRollout', { params: { rollout }, body: {} });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

describe('a release that breaks one broker version', () => {
  test('halts by itself and opens one incident, which a kill of the server neither loses nor doubles', async () => {
    // All of the stage hear of it before the first tells how it went: who is late gets no offer from a paused rollout.
    await until(async () => (await phaseOf()) === 'soaking');
    await everybody();
    await until(async () => {
      await everybody();
      return (await phaseOf()) === 'halted';
    });
    await server.end('SIGKILL');
    await server.start();
    await server.operator.call('haltRollout', { params: { rollout }, body: { because: 'me, too' } });
    const { incidents } = await json<IncidentListView>('incident', 'list');
    expect(incidents).toMatchObject([{ state: 'open', cause: 'halt', rollout, release: '3.2.5' }]);
    incident = incidents[0]?.incident ?? '';
  }, 60_000);

  test('says who is harmed and who is well again, on the terminal as in the figures', async () => {
    await everybody();
    const { harmed, recovery, blame, summary } = await view();
    const broken = devices.filter((device) => device.accepted.includes('rolled-back')).length;
    expect(broken).toBeGreaterThan(5);
    expect(harmed).toMatchObject({ devices: broken, rolledBack: broken });
    expect(recovery.itself).toBe(broken);
    expect(blame[0]).toMatchObject({ attribute: 'broker', value: BROKEN });
    const shown = await server.tuesday('incident', 'view', incident);
    for (const sentence of Object.values(summary)) expect(shown).toContain(sentence);
  });
});

describe('people work on it', () => {
  test('from a phone: note, hypothesis and prices, and the command line sees them', async () => {
    const token = server.secret('operator.json', 'token');
    await page.goto(`http://localhost:${server.port}/incidents#token=${token}`);
    await page.getByRole('link', { name: /Thermostat/ }).click();
    await page.getByText('All of them are well again').waitFor();
    await page.getByLabel('Note', { exact: true }).fill('Called the broker people.');
    await page.getByRole('button', { name: 'Add the note' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Called the broker people.' }).waitFor();
    await page.getByLabel('What may be the cause').fill('The client dials without a pause.');
    await page.getByRole('button', { name: 'Add the hypothesis' }).click();
    await page.getByRole('button', { name: /^Support it/ }).click();
    await page.getByLabel('Because').fill('A capture shows it.');
    await page.getByRole('dialog').getByRole('button', { name: 'Support it' }).click();
    await page.getByText('A capture shows it.').first().waitFor();
    await page.getByRole('button', { name: 'Change the prices' }).click();
    await page.getByLabel('Currency').fill('EUR');
    await page.getByLabel('One visit of a technician').fill('200');
    await page.getByRole('dialog').getByLabel('Because').fill('our contract');
    await page.getByRole('button', { name: 'Set the prices' }).click();
    await page.getByText('Prices of this fleet, set by').waitFor();
    const { hypotheses, timeline, cost } = await view();
    expect(hypotheses).toMatchObject([{ verdict: 'supported', because: 'A capture shows it.' }]);
    expect(timeline.some(({ because }) => because === 'Called the broker people.')).toBe(true);
    expect(cost.soFar.currency).toBe('EUR');
  });

  test('a recall sends the others back, and the incident is mitigated by itself', async () => {
    await server.tuesday('rollout', 'recall', rollout, '--because', 'the rest, too');
    await until(async () => {
      await everybody();
      return (await view()).state === 'mitigated';
    });
    expect((await view()).recovery).toMatchObject({ waiting: 0, technician: 0 });
  }, 60_000);

  test('it is closed with a note by clicking, and a second close is a conflict', async () => {
    await page.getByText('mitigated').first().waitFor();
    await page.getByRole('button', { name: 'Close it' }).click();
    await page.getByLabel('How it ended').fill('All are on 3.2.4 again; 3.2.6 mends the client.');
    await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click();
    await page.getByRole('button', { name: 'Open it again' }).waitFor();
    await expect(server.tuesday('incident', 'close', incident, '--note', 'x')).rejects.toMatchObject({
      code: 1,
    });
  });
});

test('the report is a PDF that other programs read, and Markdown; the log of it all verifies', async () => {
  await server.tuesday('incident', 'report', incident, '--out', 'report.pdf');
  await server.tuesday('incident', 'report', incident, '--out', 'report.md');
  await server.tuesday('incident', 'technicians', incident, '--out', 'technicians.csv');
  const file = (name: string) => join(server.folder, name);
  const pdf = execFileSync('pdftotext', ['-layout', file('report.pdf'), '-'], { encoding: 'utf8' });
  const markdown = readFileSync(file('report.md'), 'utf8');
  for (const words of [
    'The client dials without a pause.',
    'All are on 3.2.4 again',
    'Had nothing stopped it',
  ])
    expect([pdf.replaceAll(/\s+/g, ' ').includes(words), markdown.includes(words)], words).toEqual([
      true,
      true,
    ]);
  expect(readFileSync(file('technicians.csv'), 'utf8')).toMatch(/^device,hardware,version,/);
  const { entries } = await server.operator.call('listAudit', { query: { verb: 'incident', limit: 100 } });
  expect(entries.map(({ verb }) => verb)).toEqual([
    'incident.open',
    'incident.note',
    'incident.suppose',
    'incident.judge',
    'incident.mitigate',
    'incident.close',
  ]);
  await server.tuesday('audit', 'export', '--out', 'audit.jsonl');
  expect(await server.tuesday('audit', 'verify', 'audit.jsonl')).toMatch(/\d+ entries/);
});
