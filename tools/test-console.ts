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

/** Every file with the console in a browser, those with a real server behind it included. */
const STORIES = [
  '.browser.test.ts',
  'e2e/approve-by-phone',
  'e2e/friday-by-clicking',
  'e2e/incident',
  'e2e/publish-by-console',
  'e2e/two-operators',
  'passkeys/chromium.test.ts',
];
/** The tests that look at pages as everybody has to be able to use them. */
const LOOKING = ['.browser.test.ts', '-t', 'axe|in either theme'];
const SHOTS = join(root, 'docs/screenshots');
/** The pages of the console, by the names under which their pictures are taken. */
const PAGES = [
  'overview',
  'fleet',
  'devices',
  'device',
  'releases',
  'release-half',
  'release-published',
  'publish-problems',
  'plan',
  'rehearsal',
  'draft',
  'halted',
  'incidents',
  'incident',
  'recoveries',
  'recovery',
  'recovery-plan',
  'approvals',
  'approval',
  'calendar',
  'codes',
  'code',
  'break-glass',
  'audit',
  'people',
  'tokens',
  'notifications',
  'policy',
  'addresses',
  'account',
  'sign-in',
  'join',
];
/** At a desk by day, and on a phone at night. */
const KEPT = { desk: 'desk-light', phone: 'phone-dark' };
/** On other screens: those that are looked at there most. */
const ELSEWHERE = [
  ['wall-soaking', 'wall-dark'],
  ['wall-halted', 'wall-dark'],
  ['first-page', 'wall-dark'],
  ['draft', 'wall-dark'],
  ['incident', 'wall-dark'],
  ['fleet', 'wall-dark'],
  ['fleet', 'tablet-light'],
  ['incident', 'tablet-light'],
] as const;

function vitest(args: readonly string[], more: NodeJS.ProcessEnv = {}): number {
  const env = { ...process.env, CI: '1', TUESDAY_CLOCK: '', ...more };
  const argv = ['node_modules/vitest/vitest.mjs', 'run', ...args];
  return spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

function screenshots(): number {
  const taken = mkdtempSync(join(tmpdir(), 'tuesday-screenshots-'));
  try {
    const status = vitest(LOOKING, { TUESDAY_SHOTS: taken });
    if (status !== 0) return status;
    rmSync(SHOTS, { recursive: true, force: true });
    mkdirSync(SHOTS, { recursive: true });
    for (const page of PAGES)
      for (const [size, look] of Object.entries(KEPT))
        // Throws for a page of which no picture was taken.
        copyFileSync(join(taken, `${page}-${look}.png`), join(SHOTS, `${page}-${size}.png`));
    for (const [page, look] of ELSEWHERE)
      copyFileSync(
        join(taken, `${page}-${look}.png`),
        join(SHOTS, `${page}-${look.split('-')[0] ?? ''}.png`),
      );
    process.stdout.write(`${readdirSync(SHOTS).length} pictures in docs/screenshots\n`);
    return 0;
  } finally {
    rmSync(taken, { recursive: true, force: true });
  }
}

const PURPOSES: Readonly<Record<string, () => number>> = {
  stories: () => vitest(STORIES),
  accessibility: () => vitest(LOOKING),
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
