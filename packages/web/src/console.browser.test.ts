/** The built console in a real browser. `TUESDAY_SHOTS=<folder>` keeps a picture of every screen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ScriptedServer, TOKEN } from './testing/scripted-server.ts';
import { halted, JUDGED, ROLLOUT, soaking, worsening } from './testing/story.ts';

const web = join(import.meta.dirname, '..');
const dist = mkdtempSync(join(tmpdir(), 'tuesday-console-'));
const shots = process.env['TUESDAY_SHOTS'];
let browser: Browser;
let server: ScriptedServer;
let context: BrowserContext;
let page: Page;
let broken: string[];

beforeAll(async () => {
  await build({ root: web, logLevel: 'warn', build: { outDir: dist, emptyOutDir: true } });
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
  rmSync(dist, { recursive: true, force: true });
});

beforeEach(async () => {
  server = new ScriptedServer(dist);
  await server.start();
  await visit({ width: 1_280, height: 900 }, 'light');
});
afterEach(async () => {
  await context.close();
  await server.die();
  if (broken.length > 0) throw new Error(`the page complained: ${broken.join('; ')}`);
});

async function visit(viewport: { width: number; height: number }, colorScheme: 'light' | 'dark') {
  await context?.close();
  context = await browser.newContext({
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York',
  });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  broken = [];
  page.on('pageerror', (error) => broken.push(String(error)));
  page.on('console', (said) => {
    if (/content security policy/i.test(said.text())) broken.push(said.text());
  });
}

const red = () => page.getByRole('region', { name: 'Acts' }).getByRole('button').first();

async function enter(path = `/rollouts/${ROLLOUT}`) {
  await page.goto(`${server.url}${path}#token=${TOKEN}`);
  await page.locator('h1').waitFor();
}

describe('signing in', () => {
  test('the printed link signs in, and the token leaves the address and the history', async () => {
    await enter('/');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.goBack();
    expect(page.url()).not.toContain(TOKEN);
  });

  test('a wrong token is refused beside the field, and the right one lets in', async () => {
    await page.goto(server.url);
    await page.getByLabel('Operator token').fill('tso1.wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('missing or not valid').waitFor();
    expect(await page.getByLabel('Operator token').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Operator token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});

describe('a rollout, live', () => {
  test('news over the stream changes the sentence, the bar and the counts, and shifts nothing', async () => {
    await enter();
    await page.getByText(soaking().because).waitFor();
    await page.evaluate('document.fonts.ready');
    await page.evaluate(WATCH_SHIFTS);
    server.show(worsening());
    await page.getByText(worsening().because).waitFor();
    const tallies = await page.locator('[data-tally] dd').allTextContents();
    expect(tallies).toEqual(['0', '22', '2', '3', '4', '1']);
    expect(await page.locator('[data-count]').count()).toBe(5);
    expect(await page.locator('[data-sum]').textContent()).toBe(
      '22 installed + 2 pending + 3 silent + 4 rolled back + 1 failed = 32 offered',
    );
    expect(await page.evaluate('globalThis.shifts')).toBeLessThan(0.02);
  });

  test('the sentence is a live region, and the demo’s clock is labelled', async () => {
    await enter();
    expect(await page.locator('[aria-live=polite]').textContent()).toBe(soaking().because);
    expect(await page.locator('header').textContent()).toContain('demo clock, 360× real time');
  });

  test('halt wants a reason, sends it, and makes way for recall', async () => {
    await enter();
    await red().click();
    const dialog = page.getByRole('dialog', { name: 'Halt this rollout?' });
    const confirm = dialog.getByRole('button', { name: 'Halt' });
    await confirm.click({ force: true });
    await dialog.getByText('Say why first').waitFor();
    expect(server.acts).toEqual([]);
    await dialog.getByLabel('Because').fill('  0x45 in support  ');
    await confirm.click();
    await dialog.waitFor({ state: 'hidden' });
    expect(server.acts).toEqual([
      { path: `/v1/rollouts/${ROLLOUT}/halt`, body: { because: '0x45 in support' } },
    ]);
    server.show(halted('alice', 'Halted by alice: 0x45 in support'));
    await page.getByRole('heading', { name: 'Halted in stage 1 of 3' }).waitFor();
    expect(await red().textContent()).toContain('Recall');
    expect(await page.getByRole('region', { name: 'Acts' }).getByRole('button').count()).toBe(1);
  });

  test('a refusal is shown word for word, and the reason is not lost', async () => {
    await enter();
    server.refuseNext = { code: 'wrong-phase', because: 'It is halted already.', try: 'read it again' };
    await red().click();
    await page.getByLabel('Because').fill('smoke');
    await page.getByRole('dialog').getByRole('button', { name: 'Halt' }).click();
    await page.getByText('Refused: It is halted already. Try: read it again.').waitFor();
    expect(await page.getByLabel('Because').inputValue()).toBe('smoke');
  });

  test('a server that dies is said at once with a way that is left, and it is noticed when it is back', async () => {
    await enter();
    await page.getByText(soaking().because).waitFor();
    await server.die();
    const banner = page.getByRole('alert').filter({ hasText: 'Connection lost' });
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/retrying, last update at \d\d:\d\d:\d\d\./);
    expect(await banner.textContent()).toContain(`tuesday rollout halt ${ROLLOUT} --because "…"`);
    expect(await red().getAttribute('aria-disabled')).toBe('true');
    await shoot('lost');
    server.view = worsening();
    await server.start();
    await banner.waitFor({ state: 'detached' });
    await page.getByText(worsening().because).waitFor();
    expect(await red().getAttribute('aria-disabled')).toBe('false');
  });
});

const SIZES = [
  ['phone', { width: 390, height: 844 }],
  ['desk', { width: 1_280, height: 900 }],
] as const;
const cases = SIZES.flatMap(([name, size]) =>
  (['light', 'dark'] as const).map((theme) => [`${name}, ${theme}`, size, theme, name] as const),
);

describe('everybody can use it', () => {
  test.each(cases)('axe finds nothing on any screen: %s', async (_, size, theme, name) => {
    await visit(size, theme);
    const look = async (screen: string) => {
      await shoot(`${screen}-${name}-${theme}`);
      expect(await violations(), screen).toEqual([]);
    };
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await look('sign-in');
    await enter();
    await page.getByText(soaking().because).waitFor();
    await look('soaking');
    server.show(worsening());
    await page.getByText(worsening().because).waitFor();
    await look('worsening');
    await red().click();
    await look('asking');
    await page.getByRole('button', { name: 'Not now' }).click();
    server.show(halted('judge', JUDGED));
    await page.getByRole('heading', { name: 'Halted in stage 1 of 3' }).waitFor();
    await look('halted');
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await page.getByText('mosquitto 2.0.22').waitFor();
    await look('overview');
    server.fleet = { devices: 0, versions: [], environment: {} };
    server.list = { rollouts: [] };
    await page.getByText('No rollout yet').waitFor();
    await look('empty');
  });

  test.each([360, 768, 2_560])('nothing scrolls sideways at %i px', async (width) => {
    await visit({ width, height: 900 }, 'dark');
    await enter();
    server.show(halted('judge', JUDGED));
    await page.getByText(JUDGED).first().waitFor();
    await shoot(`halted-${width}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await page.getByText('mosquitto 2.0.22').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});

const WATCH_SHIFTS = `globalThis.shifts = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.shifts += entry.value;
}).observe({ type: 'layout-shift' });`;

async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )) as axe.AxeResults;
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
  );
}

async function shoot(name: string): Promise<void> {
  if (shots !== undefined)
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: !name.includes('asking') });
}
