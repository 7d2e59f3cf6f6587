/**
 * Plants each listed fault in a copy of the judge and runs the tests that have to notice. A fault that no test
 * notices, or that no longer applies, fails.
 *
 *   npm run test:faults
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../files.ts';
import type { Fault } from './fault.ts';
import { FAULTS } from './list.ts';

interface Report {
  readonly numTotalTests: number;
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly assertionResults: ReadonlyArray<{ readonly status: string }>;
  }>;
}

/** In a package's own folder, so that its imports resolve as they do beside the original. */
const place = join(root, 'packages/rollout/.faults');
const source = join(root, 'packages/rollout/src');

/** @throws Error when the text of the fault does not stand in the file exactly once */
function plant({ file, find, put }: Fault, folder: string): void {
  cpSync(source, folder, { recursive: true });
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`"${find}" does not stand in ${file} exactly once`);
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
}

function run(folders: readonly string[], report: string): Promise<void> {
  const files = folders.flatMap((folder, index) =>
    (FAULTS[index]?.tests ?? []).map((test) => join(folder, test)),
  );
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'tools/faults/vitest.config.ts',
      '--reporter=json',
      `--outputFile=${report}`,
      ...files,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, VITEST_MAX_WORKERS: String(availableParallelism()) },
    },
  );
  let complaints = '';
  child.stderr.on('data', (part: Buffer) => (complaints += part.toString()));
  return new Promise((resolve, reject) => {
    // Failing tests are what is wanted, so the exit code says nothing; a missing report does.
    child.on('close', () => resolve());
    child.on('error', (cause) => reject(new Error(complaints, { cause })));
  });
}

function isCaught(report: Report, folder: string): boolean {
  const files = report.testResults.filter(({ name }) => name.startsWith(`${folder}/`));
  if (files.length === 0) throw new Error(`no test ran in ${folder}`);
  // A file that does not load has not judged anything.
  if (files.some(({ assertionResults }) => assertionResults.length === 0))
    throw new Error(
      `a test file in ${folder} did not load: the fault breaks the code instead of its behaviour`,
    );
  return files.some(({ assertionResults }) => assertionResults.some(({ status }) => status === 'failed'));
}

rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
try {
  const folders = FAULTS.map((_, index) => join(place, String(index)));
  FAULTS.forEach((fault, index) => plant(fault, folders[index] as string));
  const path = join(place, 'report.json');
  await run(folders, path);
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const missed = FAULTS.filter((_, index) => !isCaught(report, folders[index] as string));
  for (const { name, file } of missed) process.stdout.write(`not caught: ${name} (${file})\n`);
  process.stdout.write(`${FAULTS.length - missed.length} of ${FAULTS.length} caught\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}
