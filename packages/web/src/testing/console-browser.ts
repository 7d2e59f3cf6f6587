/** The built console in a real browser, for one test file. `TUESDAY_SHOTS=<folder>` keeps a picture of every screen. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { build, type Plugin } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { launchChromium } from './chromium.ts';
import { ScriptedServer, TOKEN } from './scripted-server.ts';

export interface Size {
  width: number;
  height: number;
}
export type Theme = 'light' | 'dark';

export const PHONE: Size = { width: 390, height: 844 };
const DESK: Size = { width: 1_280, height: 900 };
export const TABLET: Size = { width: 820, height: 1_180 };
export const WALL: Size = { width: 1_920, height: 1_080 };

/** Every screen is looked at in all of them, and in each theme. */
export const SIZES = [
  ['phone', PHONE],
  ['desk', DESK],
] as const;
const THEMES: readonly Theme[] = ['light', 'dark'];

const AXE = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The only rule for which a theme makes a difference. */
const COLOURS = ['color-contrast'];
const shots = process.env['TUESDAY_SHOTS'];

async function buildConsole(plugins: readonly Plugin[]): Promise<string> {
  const outDir = mkdtempSync(join(inject('consoles'), 'built-'));
  const root = join(import.meta.dirname, '../..');
  await build({ root, logLevel: 'warn', plugins: [...plugins], build: { outDir, emptyOutDir: true } });
  return outDir;
}

/** Without more plugins, for all files that share a process: the sources do not change while they run. */
let plain: Promise<string> | undefined;

/** Registers its hooks with the file that makes it: the built console, a fresh server and page for each test. */
export class ConsoleBrowser {
  #dist: string | undefined;
  #browser: Browser | undefined;
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #server: ScriptedServer | undefined;
  #broken: string[] = [];

  /** @param plugins of this file's build, beside the console's own */
  constructor(plugins: readonly Plugin[] = []) {
    beforeAll(async () => {
      this.#dist = await (plugins.length === 0 ? (plain ??= buildConsole([])) : buildConsole(plugins));
      this.#browser = await launchChromium();
    }, 120_000);
    afterAll(() => this.#browser?.close());
    beforeEach(async () => {
      this.#server = new ScriptedServer(there(this.#dist));
      await this.#server.start();
      await this.visit(DESK, 'light');
    });
    afterEach(async () => {
      await this.#context?.close();
      await this.#server?.die();
      const broken = [...this.#broken, ...(this.#server?.lies ?? [])];
      if (broken.length > 0) throw new Error(`the page or the script complained: ${broken.join('; ')}`);
    });
  }

  get page(): Page {
    return there(this.#page);
  }

  get server(): ScriptedServer {
    return there(this.#server);
  }

  /**
   * A new browser profile; nobody is signed in.
   *
   * @param more what else a profile has, for instance the language that its browser asks for
   */
  async visit(viewport: Size, colorScheme: Theme, more: BrowserContextOptions = {}): Promise<void> {
    await this.#context?.close();
    this.#context = await there(this.#browser).newContext({
      viewport,
      colorScheme,
      reducedMotion: 'reduce',
      timezoneId: 'America/New_York',
      ...more,
    });
    const page = await this.#context.newPage();
    page.setDefaultTimeout(15_000);
    this.#broken = [];
    page.on('pageerror', (error) => this.#broken.push(String(error)));
    page.on('console', (said) => {
      if (/content security policy/i.test(said.text())) this.#broken.push(said.text());
    });
    this.#page = page;
  }

  /** By the printed link, straight to a screen. */
  async enter(path: string): Promise<void> {
    await this.page.goto(`${this.server.url}${path}#token=${TOKEN}`);
    await this.page.locator('h1').waitFor();
  }

  /** The page as it stands, in each theme: it follows the browser by style alone and need not be loaded again. */
  async inEachTheme(look: (theme: Theme) => Promise<void>): Promise<void> {
    for (const theme of THEMES) {
      await this.page.emulateMedia({ colorScheme: theme });
      await look(theme);
    }
  }

  /**
   * What axe finds; empty is good.
   *
   * @param theme that the page stands in; of the dark one only the colours are looked at, the light one has the rest
   */
  async violations(theme: Theme = 'light'): Promise<string[]> {
    if ((await this.page.evaluate('typeof axe')) === 'undefined') await this.page.evaluate(axe.source);
    // Every rule is run; what it is content with is only not written up.
    const options = { runOnly: theme === 'light' ? AXE : COLOURS, resultTypes: ['violations'] };
    const found = (await this.page.evaluate(
      `axe.run(document, ${JSON.stringify(options)})`,
    )) as axe.AxeResults;
    return found.violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    );
  }

  /** @param part only what is in sight, for what is laid over the page */
  async shoot(name: string, part = false): Promise<void> {
    if (shots !== undefined)
      await this.page.screenshot({ path: join(shots, `${name}.png`), fullPage: !part });
  }

  /** How much wider the page is than its window. */
  async overflow(): Promise<number> {
    return Number(
      await this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    );
  }
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the hooks have not run');
  return value;
}
