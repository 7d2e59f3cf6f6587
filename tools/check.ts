/** Everything static, in the order CI runs it: types, lint, format, walls, sizes, words, docs. Stops at nothing; sums up. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bannedIdentifiers, bannedWords, citedPaths } from './docs/cited.ts';
import { staleDocs } from './docs/generate.ts';
import { repositoryFiles, root } from './files.ts';
import { isCountedSource, judgeSizes } from './sizes.ts';
import { breaches, declaredIn } from './walls/check.ts';
import { wordProblems } from './words/check.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const tsc = join(root, 'node_modules/ts7/bin/tsc');

function run(command: string, ...args: string[]): string[] {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return [];
  return [`${result.stdout}${result.stderr}${result.error?.message ?? ''}`.trim() || `${command} failed`];
}

function checkWalls(files: readonly string[]): string[] {
  const declared = declaredIn(root);
  return files
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => breaches({ path, text: read(path) }, declared));
}

function checkSizes(files: readonly string[]): string[] {
  const report = judgeSizes(
    new Map(files.filter(isCountedSource).map((path) => [path, read(path).split('\n').length - 1])),
  );
  process.stdout.write(
    `      ${report.files} source files, median ${report.median} lines, 95th percentile ${report.p95}\n`,
  );
  return report.problems;
}

function checkCited(files: readonly string[]): string[] {
  return files
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      citedPaths(read(path))
        .filter((cited) => !existsSync(join(root, cited)) && !existsSync(join(root, dirname(path), cited)))
        .map((cited) => `${path} cites ${cited}, which does not exist`),
    );
}

function checkWords(files: readonly string[]): string[] {
  const banned = new Set(bannedWords(read('GLOSSARY.md')));
  if (banned.size === 0) return ['GLOSSARY.md names no banned word; its table has lost its shape'];
  return files.filter(isCountedSource).flatMap((path) => bannedIdentifiers(path, read(path), banned));
}

const files = repositoryFiles();
const steps: ReadonlyArray<readonly [string, () => string[]]> = [
  [
    'types',
    () => [
      ...run(process.execPath, tsc, '-p', 'tsconfig.json'),
      ...run(process.execPath, tsc, '-p', 'packages/web/tsconfig.json'),
    ],
  ],
  ['lint', () => run(bin('oxlint'), '--type-aware', '--deny-warnings')],
  ['format', () => run(bin('oxfmt'), '--check')],
  ['walls', () => checkWalls(files)],
  ['sizes', () => checkSizes(files)],
  ['words', () => wordProblems(files, read)],
  ['docs: cited paths', () => checkCited(files)],
  ['docs: glossary words', () => checkWords(files)],
  ['docs: generated', () => staleDocs()],
];

let failed = 0;
for (const [name, step] of steps) {
  const problems = step();
  process.stdout.write(`${problems.length === 0 ? 'ok   ' : 'FAIL '} ${name}\n`);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length > 0) failed++;
}
process.stdout.write(`check: ${steps.length - failed} of ${steps.length} clean\n`);
process.exit(failed === 0 ? 0 : 1);
