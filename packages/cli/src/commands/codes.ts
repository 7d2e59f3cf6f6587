/** `codes`: the error-code catalogue, and the files that it comes from. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkCodesFile } from '../codes/check-file.ts';
import { compareWithHeaders, compareWithRaises } from '../codes/compare.ts';
import { draftOf } from '../codes/draft.ts';
import type { Finding } from '../codes/header/extract.ts';
import { openRaises } from '../codes/raises.ts';
import { extractFrom, type Wanted } from '../codes/read-headers.ts';
import { does, group, leaf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { EndsWith } from '../failures.ts';
import { severalFlag } from '../flag-values.ts';
import { print, printJson, say } from '../output.ts';
import { catalogueCommands } from './codes-server.ts';

export function codesGroup(): Command {
  return group('codes', 'Error codes: what each means, and whether every one is documented', [
    check(),
    extract(),
    ...catalogueCommands(),
  ]);
}

interface CheckFlags extends Wanted {
  header: string[];
  raises?: string;
}

function check(): Command {
  return does<CheckFlags>(
    wanting(
      leaf('check <codes.yaml>', 'Every problem of a file of error codes, with its line', [
        'codes check codes.yaml',
        'codes check codes.yaml --header firmware/errors.h --prefix ERR_',
        'codes check codes.yaml --raises raises.yaml',
      ])
        .option('--header <file>', 'header that declares the codes; repeatable', severalFlag, [])
        .option('--raises <file>', 'codes and ranges that the firmware can raise: YAML, or a header'),
    ),
    async ({ flags }, file = '') => {
      const checked = await checkCodesFile(file);
      const problems = [...checked.problems];
      const remarks: Finding[] = [];
      if (flags.header.length > 0) {
        const extraction = await extractFrom(flags.header, flags);
        problems.push(...extraction.problems, ...compareWithHeaders(file, checked, extraction));
        remarks.push(...extraction.remarks);
      }
      if (flags.raises !== undefined) {
        const raises = await openRaises(flags.raises, flags);
        problems.push(...raises.problems, ...compareWithRaises(file, checked, flags.raises, raises.raised));
      }
      const codes = checked.codes.size;
      if (flags.json) printJson({ file, codes, problems, remarks });
      else tell(problems, remarks, `${file}: ${codes} ${codes === 1 ? 'code' : 'codes'}, all documented`);
      if (problems.length > 0) throw new EndsWith(EXIT.usage);
    },
  );
}

function extract(): Command {
  return does<Wanted & { out?: string }>(
    wanting(
      leaf('extract <header...>', 'Codes of C and C++ headers, as the draft of a file of error codes', [
        'codes extract firmware/errors.h --prefix ERR_ --out codes.yaml',
        'codes extract base.h errors.h --prefix ERR_ --except ERR_COUNT --json',
      ]).option('--out <file>', 'file to write, which must not exist; standard output when left out'),
    ),
    async ({ flags }, ...files) => {
      const extraction = await extractFrom(files.flat(), flags);
      const { codes, problems, remarks } = extraction;
      if (flags.out !== undefined) await writeFile(flags.out, draftOf(codes), { flag: 'wx' });
      if (flags.json) printJson(extraction);
      else {
        if (flags.out === undefined) print(draftOf(codes).trimEnd());
        for (const one of [...problems, ...remarks]) say(lineOf(one));
        say(`${codes.length} ${codes.length === 1 ? 'name has' : 'names have'} a code`);
      }
      if (problems.length > 0) throw new EndsWith(EXIT.usage);
    },
  );
}

function wanting(command: Command): Command {
  return command
    .option('--prefix <text>', 'beginning of the names that are codes; repeatable', severalFlag, [])
    .option('--except <name>', 'a name that is none, such as a count; repeatable', severalFlag, []);
}

function tell(problems: readonly Finding[], remarks: readonly Finding[], good: string): void {
  for (const one of remarks) say(lineOf(one));
  if (problems.length === 0) return print(good);
  for (const one of problems) print(lineOf(one));
  say(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
}

function lineOf({ file, line, message }: Finding): string {
  return `${file}:${line}: ${message}`;
}
