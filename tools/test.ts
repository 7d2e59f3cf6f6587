/** `npm test`: everything, in the order CI runs it, ending in one line that sums all runners up. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repositoryFiles, root } from './files.ts';
import { ensureDebianPackages } from './tests/debian.ts';
import { startDebianPostgres } from './tests/postgres.ts';
import { notRun, type RunnerReport, whatFailed } from './tests/ran.ts';

const cache = join(root, '.cache');
mkdirSync(cache, { recursive: true });
const environment = { ...process.env, CI: process.env['CI'] ?? '1', TUESDAY_CLOCK: '' };

/** Server tests that bring a PostgreSQL of their own, or need none: another one changes nothing for them. */
const NO_DATABASE = [
  '**/db/embedded-postgres.test.ts',
  '**/main.test.ts',
  '**/halt-frozen.test.ts',
  '**/passkeys/chromium.test.ts',
  '**/notices/**',
  '**/identity/oidc/**',
];

let passed = 0;
let failed = 0;
let skipped = 0;
const failures: string[] = [];

function headline(text: string): void {
  process.stdout.write(`\n── ${text}\n`);
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = environment): number {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

/** Runs vitest over some folders, adds its counts, and returns the files that ran. */
function vitest(name: string, folders: readonly string[], env: NodeJS.ProcessEnv = environment): Set<string> {
  const report = join(cache, `${name}.json`);
  const status = run(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
      ...folders,
    ],
    env,
  );
  const counts = JSON.parse(readFileSync(report, 'utf8')) as RunnerReport;
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  skipped += counts.numPendingTests;
  failures.push(...whatFailed(counts, root));
  // A file that does not even load fails without a failed test.
  const broken = counts.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  failed += broken;
  if (status !== 0 && counts.numFailedTests + broken === 0) failed++;
  return new Set(counts.testResults.map((file) => relative(root, file.name)));
}

function fail(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
  failed += lines.length;
}

const missing = ensureDebianPackages();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.exit(1);
}

headline('check');
if (run(process.execPath, ['tools/check.ts']) === 0) passed++;
else failed++;

headline('console: build');
if (run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'packages/web']) !== 0)
  fail(['the console does not build']);

headline('tests, embedded PostgreSQL');
const ran = vitest('all', []);

headline('server tests, PostgreSQL from Debian');
const postgres = await startDebianPostgres();
process.stdout.write(`${postgres.version}\n`);
try {
  const without = NO_DATABASE.flatMap((pattern) => ['--exclude', pattern]);
  const env = { ...environment, TUESDAY_TEST_DATABASE_URL: postgres.url };
  vitest('debian-postgres', ['packages/server', ...without], env);
} finally {
  await postgres.stop();
}

headline('faults planted in the judge');
if (run(process.execPath, ['tools/faults/run.ts']) === 0) passed++;
else failed++;

headline('every test ran');
const sources = repositoryFiles().filter((path) => /\.tsx?$/.test(path));
fail(
  notRun(
    sources.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
    ran,
  ),
);

if (failures.length > 0) {
  headline('what failed');
  for (const failure of failures) process.stdout.write(`${failure}\n\n`);
}

process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exit(failed === 0 ? 0 : 1);
