import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { does, leaf } from '../command.ts';
import type { Case, CaseResult } from '../conformance/index.ts';
import { EXIT } from '../exit-codes.ts';
import { EndsWith, UsageFault } from '../failures.ts';
import { positiveNumber, severalFlag, wholeNumber } from '../flag-values.ts';
import { colour, print, printJson, say } from '../output.ts';

interface Flags {
  device?: string;
  list?: boolean;
  only?: string[];
  fast?: boolean;
  poll?: number;
  rate: number;
  limit: number;
  parallel: number;
  artifact: 'text' | 'bundle';
  keep?: string;
}

/** Real seconds between two check-ins: comfortable, and with `--fast`. */
const POLL = { usual: 4, fast: 1 };

export function conformanceCommand(): Command {
  return does<Flags>(
    leaf('conformance', 'Hold a device client, in any language, to the safe behaviours', [
      'conformance --list',
      'conformance --device "python3 examples/client-python/client.py" --fast',
      'conformance --device ./my-client --only resumes-a-broken-download,three-attempts',
    ])
      .option('--device <command>', 'starts the client under test; docs/clients.md says what it is given')
      .option('--list', 'what is tested, and nothing else')
      .option('--only <cases>', 'these cases, separated by commas; may be repeated', severalFlag)
      .option('--fast', `check-ins every second instead of every ${POLL.usual} seconds`)
      .option('--poll <seconds>', 'seconds between two check-ins, in real time', positiveNumber)
      .option(
        '--rate <number>',
        'how much faster the clock of the client runs (TUESDAY_CLOCK)',
        positiveNumber,
        1,
      )
      .option('--limit <seconds>', 'seconds that a case may take', positiveNumber, 180)
      .option('--parallel <number>', 'cases at a time', wholeNumber, 4)
      .addOption(
        new Option('--artifact <form>', 'form of the test firmware')
          .choices(['text', 'bundle'])
          .default('text'),
      )
      .option('--keep <folder>', 'keeps the folder and the log of each case in here'),
    async ({ flags }) => {
      const { bundleMaker, CASES, runCases, textArtifact } = await import('../conformance/index.ts');
      const cases = chosen(
        CASES,
        flags.only?.flatMap((names) => names.split(',')),
      );
      if (flags.list) return list(cases, flags);
      if (flags.device === undefined)
        throw new UsageFault('--device: give the command that starts the client');
      if (flags.keep !== undefined && existsSync(flags.keep) && readdirSync(flags.keep).length > 0) {
        throw new UsageFault(`--keep: ${flags.keep} is not empty`);
      }
      const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'tuesday-conformance-'));
      try {
        const results = await runCases({
          command: flags.device,
          folder,
          cases,
          parallel: Math.max(1, flags.parallel),
          pollSeconds: flags.poll ?? (flags.fast ? POLL.fast : POLL.usual),
          rate: flags.rate,
          limitSeconds: flags.limit,
          makeArtifact: flags.artifact === 'bundle' ? await bundleMaker(flags.rate) : textArtifact,
          ...(flags.json ? {} : { onFinding: tell }),
        });
        sumUp(results, flags.json === true);
      } finally {
        if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
      }
    },
  );
}

function chosen(all: readonly Case[], only: readonly string[] | undefined): readonly Case[] {
  if (only === undefined) return all;
  const unknown = only.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) throw new UsageFault(`--only: there is no case ${unknown}; --list shows them`);
  return all.filter(({ name }) => only.includes(name));
}

function list(cases: readonly Case[], flags: { json?: boolean }): void {
  const rows = cases.map(({ name, sentence, read }) => ({
    name,
    sentence,
    read: `docs/clients.md, ${read}`,
  }));
  if (flags.json) return printJson(rows);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, sentence } of rows) print(`${name.padEnd(width)}  ${sentence}`);
}

function tell({ name, sentence, read, verdict, because, seconds, log = [] }: CaseResult): void {
  const { green, red, yellow, dim } = colour(process.stdout);
  const mark = { pass: green('PASS'), fail: red('FAIL'), 'not-shown': yellow('not shown') }[verdict];
  print(`${mark}  ${name}  ${dim(`${seconds.toFixed(1)} s`)}\n      ${sentence}\n      ${because}`);
  if (verdict !== 'fail') return;
  print(`      read: ${read}`);
  for (const line of log) print(dim(`      | ${line.slice(0, 160)}`));
}

function sumUp(results: readonly CaseResult[], json: boolean): void {
  const count = (verdict: CaseResult['verdict']) => results.filter((one) => one.verdict === verdict).length;
  const totals = { passed: count('pass'), failed: count('fail'), notShown: count('not-shown') };
  if (json) printJson({ ...totals, cases: results });
  else say(`${totals.passed} passed, ${totals.failed} failed, ${totals.notShown} not shown`);
  if (totals.failed > 0) throw new EndsWith(EXIT.error);
}
