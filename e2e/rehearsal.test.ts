/** What-ifs about a real fleet: the real server, the real console in a real browser, and the real command line agree. */
import { formatClock, startClock } from '@tuesday/protocol';
import type { WhatIfReport } from '@tuesday/simulator';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptedDevice } from './testing/scripted-device.ts';
import { openBrowser } from './testing/real-console.ts';
import { ServerProcess } from './testing/server-process.ts';
import { publishSigned, trustAliceAndBob } from './testing/signed-release.ts';

const TUESDAY = Date.parse('2026-11-24T09:30:00Z');
const PLAN = {
  name: 'Thermostat',
  release: '3.2.5',
  stages: [
    { share: 0.2, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
};

let server: ServerProcess;
let browser: Browser;
let page: Page;
let rollout = '';

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(TUESDAY, 1)));
  await server.start();
  await trustAliceAndBob(server);
  await publishSigned(server, '3.2.4');
  await publishSigned(server, '3.2.5', '--way-back', '3.2.4');
  const key = server.secret('fleet.json', 'fleetKey');
  for (let index = 0; index < 40; index++) {
    const broker = index % 5 === 0 ? 'mosquitto 2.0.18' : 'mosquitto 2.0.15';
    const device = new ScriptedDevice(server.url, `th-${index}`, { broker }, false, '3.2.4');
    await device.enrol(key);
    await device.round(TUESDAY);
  }
  ({ rollout } = await server.operator.call('createRollout', { body: PLAN }));
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(60_000);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test('what the browser plays and attaches is what the command line plays, for the same moment and seed', async () => {
  const token = server.secret('operator.json', 'token');
  await page.goto(`http://localhost:${server.port}/rehearsal#token=${token}`);
  await page.getByText('Played with 40 devices').waitFor();
  await page.getByRole('button', { name: 'The Friday incident' }).click();
  await page.getByText('25 runs of each').waitFor();
  const query = new URL(page.url()).searchParams;
  const at = new Date(Number(query.get('at'))).toISOString();
  expect(at.startsWith('2026-11-24T09:')).toBe(true);
  const asked = query.getAll('if').flatMap((line) => ['--what-if', line]);
  const args = ['rehearse', '--plan-of', rollout, ...asked, '--at', at, '--json'];
  const { results } = JSON.parse(await server.tuesday(...args)) as WhatIfReport;
  expect(results[0]).toMatchObject({ whatIf: { name: 'The Friday incident' }, row: { harmedMedian: 8 } });
  const row = (title: string) => page.getByRole('row', { name: title }).getByRole('cell').allTextContents();
  expect(await row('Harmed')).toEqual(results.map((one) => String(one.row.harmedMedian)));
  expect(await row('Visits by technicians')).toEqual(results.map(({ visits }) => String(visits)));
  await page.getByRole('button', { name: 'Attach to the rollout' }).click();
  await page.getByRole('button', { name: 'Attach it' }).click();
  await page.getByText('Attached to Thermostat').waitFor();
  const { rehearsal } = await server.operator.call('viewRollout', { params: { rollout } });
  expect(rehearsal?.rows.slice(-2)).toEqual(results.map((one) => one.row));
}, 120_000);

test('a colleague who opens the address a moment later sees the same numbers', async () => {
  const before = await page.getByRole('row', { name: 'Harmed' }).getByRole('cell').allTextContents();
  await page.reload();
  await page.getByText('25 runs of each').waitFor();
  const after = await page.getByRole('row', { name: 'Harmed' }).getByRole('cell').allTextContents();
  expect(after).toEqual(before);
}, 120_000);
