/**
 * `npm run test:e2e`, `npm run test:a11y`, `npm run screenshots`: the console in a real browser, for one purpose each.
 * All of it is part of `npm test`, too.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files.ts';
import { ensureDebianPackages } from './tests/debian.ts';

const STORIES = ['.browser.test.ts', 'e2e/approve-by-phone', 'passkeys/chromium.test.ts'];
const LOOKS = [
  'packages/web/src/screens.browser',
  'packages/web/src/console.browser',
  'packages/web/src/releases.browser',
];
/** Names of the tests that look at every screen. */
const LOOKING = ['-t', 'everybody can'];
const SHOTS = join(root, 'docs/screenshots');
/** Of all pictures that are taken, those that are kept: `<screen>-<size>-<theme>.png`. */
const KEPT = /^(?<screen>.+)-(?<look>desk-light|phone-dark)\.png$/;

function vitest(args: readonly string[], more: NodeJS.ProcessEnv = {}): number {
  const env = { ...process.env, CI: '1', TUESDAY_CLOCK: '', ...more };
  const argv = ['node_modules/vitest/vitest.mjs', 'run', ...args];
  return spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

function screenshots(): number {
  const taken = mkdtempSync(join(tmpdir(), 'tuesday-screenshots-'));
  try {
    const status = vitest([...LOOKS, ...LOOKING], { TUESDAY_SHOTS: taken });
    if (status !== 0) return status;
    rmSync(SHOTS, { recursive: true, force: true });
    mkdirSync(SHOTS, { recursive: true });
    for (const name of readdirSync(taken)) {
      const { screen, look } = KEPT.exec(name)?.groups ?? {};
      if (screen === undefined || look === undefined) continue;
      copyFileSync(join(taken, name), join(SHOTS, `${screen}-${look.split('-')[0]}.png`));
    }
    process.stdout.write(`${readdirSync(SHOTS).length} pictures in docs/screenshots\n`);
    return 0;
  } finally {
    rmSync(taken, { recursive: true, force: true });
  }
}

const PURPOSES: Readonly<Record<string, () => number>> = {
  stories: () => vitest(STORIES),
  accessibility: () => vitest([...LOOKS, ...LOOKING]),
  screenshots,
};

const purpose = PURPOSES[process.argv[2] ?? ''];
if (purpose === undefined) {
  process.stderr.write(`usage: node tools/test-console.ts ${Object.keys(PURPOSES).join('|')}\n`);
  process.exit(2);
}
const missing = ensureDebianPackages();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.exit(1);
}
process.exit(purpose());
