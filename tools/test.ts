/** `npm test`: everything, in the order CI runs it, ending in one line that sums all runners up. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repositoryFiles, root } from './files.ts';
import { ensureDebianPackages } from './tests/debian.ts';
import { startDebianPostgres } from './tests/postgres.ts';
import { notRun, type RunnerReport, whatFailed } from './tests/ran.ts';
import { byDatabase } from './tests/which-database.ts';

const cache = join(root, '.cache');
mkdirSync(cache, { recursive: true });
const environment = {
  ...process.env,
  CI: process.env['CI'] ?? '1',
  TUESDAY_CLOCK: '',
  // Servers, agents and commands are started hundreds of times.
  NODE_COMPILE_CACHE: join(cache, 'compiled'),
};

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

/** Runs vitest over some files, adds its counts, and returns the files that ran. */
function vitest(name: string, files: readonly string[], env: NodeJS.ProcessEnv = environment): string[] {
  const report = join(cache, `${name}.json`);
  const status = run(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
      ...files,
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
  return counts.testResults.map((file) => relative(root, file.name));
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

const paths = repositoryFiles().filter((path) => /\.tsx?$/.test(path));
const { embedded, debian } = byDatabase(paths.filter((path) => /\.test\.tsx?$/.test(path)));
const ran = new Set<string>();

headline('tests, embedded PostgreSQL');
for (const path of vitest('embedded-postgres', embedded)) ran.add(path);

headline('tests of the server, PostgreSQL from Debian');
const postgres = await startDebianPostgres();
process.stdout.write(`${postgres.version}\n`);
try {
  const env = { ...environment, TUESDAY_TEST_DATABASE_URL: postgres.url };
  for (const path of vitest('debian-postgres', debian, env)) ran.add(path);
} finally {
  await postgres.stop();
}

headline('faults planted in the judge');
if (run(process.execPath, ['tools/faults/run.ts']) === 0) passed++;
else failed++;

headline('every test ran');
fail(
  notRun(
    paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
    ran,
  ),
);

if (failures.length > 0) {
  headline('what failed');
  for (const failure of failures) process.stdout.write(`${failure}\n\n`);
}

process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exit(failed === 0 ? 0 : 1);
