/**
 * A release from the drop of a file to the second signature: the real console of the real server takes the bytes, and
 * the real command line signs them with keys that the console never sees.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseView } from '@tuesday/protocol';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './testing/real-console.ts';
import { root, ServerProcess } from './testing/server-process.ts';

let server: ServerProcess;
let browser: Browser;
let page: Page;

/** More than a hash reads at once, and more than a socket takes at once. */
const FIRMWARE = Buffer.alloc(9_000_001, 'firmware of a thermostat; ');
const NEXT = Buffer.alloc(9_000_001, 'and a newer one; ');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  server = await ServerProcess.make('');
  await server.start();
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${server.url}/releases#token=${server.secret('operator.json', 'token')}`);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const field = (name: string) => page.getByLabel(name, { exact: true });
const text = (words: string) => page.getByText(words).first();
const sign = (version: string, who: string) =>
  server.tuesday('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
const view = async (version: string) =>
  JSON.parse(await server.tuesday('release', 'view', version, '--json')) as ReleaseView;

async function declare(version: string, bytes: Buffer): Promise<void> {
  writeFileSync(join(server.folder, 'fw-th-2.bundle'), bytes);
  await page.getByRole('button', { name: 'Publish a release' }).click();
  await field('Artifacts').setInputFiles(join(server.folder, 'fw-th-2.bundle'));
  await text(sha256(bytes)).waitFor();
  await field('Hardware').fill('th-2');
  await field('Version').fill(version);
}

test('a release is declared with its codes, uploaded, and signed by two people elsewhere', async () => {
  await text('No release yet').waitFor();
  await declare('1.0.0', FIRMWARE);
  await field('Error codes (YAML)').setInputFiles(join(root, 'examples/thermostat/codes.yaml'));
  await text('documents 4 codes: 0x11, 0x31, 0x45, 0x52').waitFor();
  await page.getByRole('button', { name: 'Declare it and upload' }).click();
  await text('1.0.0 waits for two signatures').waitFor();
  expect(await view('1.0.0')).toMatchObject({
    state: 'draft',
    missingArtifacts: [],
    manifest: { artifacts: [{ hardware: 'th-2', size: FIRMWARE.length, sha256: sha256(FIRMWARE) }] },
  });
  await text('1.0.0/th-2.bundle').waitFor();
  await sign('1.0.0', 'alice');
  await text('1.0.0 waits for the second signature of two: alice signed').waitFor();
  await sign('1.0.0', 'bob');
  await text('alice and bob signed it').waitFor();
}, 90_000);

test('an upload that broke is repeated from the page of the release, which suggests its way back', async () => {
  await page.getByRole('link', { name: 'All releases' }).click();
  await declare('1.1.0', NEXT);
  expect(await field('Way back').inputValue()).toBe('1.0.0');
  await page.route('**/artifacts/**', (route) => route.abort('connectionreset'));
  await page.getByRole('button', { name: 'Declare it and upload' }).click();
  await text('The upload broke').waitFor();
  expect((await view('1.1.0')).missingArtifacts).toEqual(['th-2']);
  await page.unroute('**/artifacts/**');
  await page.getByRole('button', { name: 'Upload again' }).click();
  await text('1 of 1 uploaded').waitFor();
  for (const who of ['alice', 'bob']) await sign('1.1.0', who);
  await text('alice and bob signed it').waitFor();
}, 90_000);
