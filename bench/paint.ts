/**
 * How long the console takes to its first useful paint over a fleet of 100,000 devices, on the embedded default: from
 * the navigation to the frame in which the number of devices stands on the page, with an empty browser cache. And the
 * same for the smallest page that the same server gives, in the same run: the ratio says what the console costs and
 * the machine does not.
 *
 *   npm run bench:paint [-- --json]
 *
 * Needs Chromium (TUESDAY_CHROMIUM, else /usr/bin/chromium). Devices are made by SQL, everything else is real.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { wallClock } from '../packages/protocol/src/index.ts';
import { startEmbeddedPostgres } from '../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase } from '../packages/server/src/db/pool.ts';
import { buildConsole } from '../tools/start/console-build.ts';
import { seedFleet } from './seed/fleet.ts';

const DEVICES = 100_000;
const LOOKS = 9;
const LIMIT_MILLIS = 1_000;
/** As the console writes 100,000. */
const SHOWN = '100\u202f000';

interface Page {
  readonly name: string;
  readonly path: string;
  /** Holds once what somebody came for can be read. */
  readonly isUseful: string;
}

const says = (text: string) => `document.body?.innerText.includes(${JSON.stringify(text)})`;
const PAGES: readonly Page[] = [
  { name: 'the smallest page', path: '/v1/sign-in', isUseful: says('passkey') },
  { name: 'the overview', path: '/', isUseful: says(SHOWN) },
  {
    name: 'the fleet, with its charts',
    path: '/fleet',
    isUseful: `${says(SHOWN)} && document.querySelectorAll('svg .chart-band, svg .chart-line').length > 4`,
  },
  {
    name: 'the devices that are unhealthy',
    path: '/devices?filter=healthy==false',
    isUseful: says('th-0000200'),
  },
];

/** Milliseconds from the navigation to the frame that shows it. */
async function paint(
  browser: Browser,
  url: string,
  { path, isUseful }: Page,
  state: string,
): Promise<number> {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1_280, height: 900 } });
  try {
    const page = await context.newPage();
    const { promise, resolve } = Promise.withResolvers<number>();
    await page.exposeFunction('usefulAt', resolve);
    await page.addInitScript(`(() => {
      const look = () => ${isUseful} ? requestAnimationFrame(() => window.usefulAt(performance.now())) : requestAnimationFrame(look);
      look();
    })()`);
    await page.goto(`${url}${path}`);
    return await promise;
  } finally {
    await context.close();
  }
}

async function startTuesday(data: string): Promise<{ child: ChildProcess; url: string }> {
  const main = join(import.meta.dirname, '../packages/server/src/main.ts');
  const child = spawn(process.execPath, [main, '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TUESDAY_CLOCK: '' },
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function seed(data: string): Promise<void> {
  const postgres = await startEmbeddedPostgres(data);
  const database = openDatabase(postgres.url);
  try {
    await migrate(database.pool);
    await seedFleet(database, DEVICES, wallClock().now());
  } finally {
    await database.close();
    await postgres.stop();
  }
}

async function measure(url: string, data: string): Promise<Map<Page, number>> {
  const executablePath = process.env['TUESDAY_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const { token } = JSON.parse(readFileSync(join(data, 'operator.json'), 'utf8')) as { token: string };
    const first = await browser.newContext();
    const page = await first.newPage();
    await page.goto(`${url}/#token=${token}`);
    await page.locator('h1', { hasText: 'Overview' }).waitFor();
    const state = join(data, 'browser.json');
    await first.storageState({ path: state });
    const times = new Map<Page, number[]>(PAGES.map((one) => [one, []]));
    // Round by round, so that all of them meet the same machine.
    for (let look = 0; look <= LOOKS; look++)
      for (const one of PAGES) {
        const millis = await paint(browser, url, one, state);
        if (look > 0) times.get(one)?.push(millis);
      }
    return new Map([...times].map(([one, all]) => [one, all.sort((a, b) => a - b)[LOOKS >> 1] as number]));
  } finally {
    await browser.close();
  }
}

function print(medians: Map<Page, number>, json: boolean): void {
  const [smallest] = PAGES as [Page];
  const ground = medians.get(smallest) ?? Number.NaN;
  const rows = [...medians].map(([{ name }, millis]) => ({ name, millis, ratio: millis / ground }));
  if (json) return console.log(JSON.stringify({ devices: DEVICES, looks: LOOKS, rows }));
  console.log(`${DEVICES} devices; median of ${LOOKS} looks with an empty cache`);
  for (const { name, millis, ratio } of rows)
    console.log(
      `${name.padEnd(32)} ${millis.toFixed(0).padStart(5)} ms   ${ratio.toFixed(1)} × the smallest page` +
        (millis <= LIMIT_MILLIS ? '' : `   over ${LIMIT_MILLIS} ms`),
    );
}

buildConsole();
const data = mkdtempSync(join(tmpdir(), 'tuesday-paint-'));
chmodSync(data, 0o711);
let server: ChildProcess | undefined;
try {
  await seed(data);
  const { child, url } = await startTuesday(data);
  server = child;
  print(await measure(url, data), process.argv.includes('--json'));
} finally {
  if (server) {
    const gone = new Promise((resolve) => server?.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
  }
  rmSync(data, { recursive: true, force: true });
}
