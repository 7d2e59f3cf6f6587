import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkCodesFile } from './check-file.ts';
import { compareWithHeaders, compareWithRaises } from './compare.ts';
import { draftOf } from './draft.ts';
import { openRaises, readRaises } from './raises.ts';
import { extractFrom } from './read-headers.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-codes-'));
const file = join(folder, 'codes.yaml');
const header = join(folder, 'error.h');
const raises = join(folder, 'raises.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const good = `- code: '0x45'
  title: No network
  meaning: It is gone.
  customer: Wait.
  severity: critical
  failsHealth: true
`;
const lines = (problems: ReadonlyArray<{ file: string; line: number; message: string }>) =>
  problems.map((one) => `${one.file.replace(`${folder}/`, '')}:${one.line}: ${one.message}`);

async function check(text: string) {
  writeFileSync(file, text);
  return checkCodesFile(file);
}

describe('a file of error codes', () => {
  test('that is complete has nothing wrong', async () => {
    const { codes, problems } = await check(
      `${good}  since: 3.2.5\n  texts:\n    de: {title: T, meaning: M, customer: C}\n`,
    );
    expect([lines(problems), [...codes]]).toEqual([[], [['0x45', { line: 1, title: 'No network' }]]]);
  });

  test.each<[string, string, string[]]>([
    [
      'is no list',
      'code: 1',
      [
        'codes.yaml:1: expected a list of codes, each with code, title, meaning, customer, severity, failsHealth',
      ],
    ],
    [
      'has an entry that is none',
      '- 5',
      [
        'codes.yaml:1: 0: expected an entry with code, title, meaning, customer, severity, failsHealth, since, texts',
      ],
    ],
    [
      'forgets the quotes',
      good.replace("'0x45'", '0x45'),
      ['codes.yaml:1: 0.code: is the number 69; write it in quotes, "0x45"'],
    ],
    ['writes a code in small letters', good.replace('0x45', '0xab'), ['codes.yaml:1: 0.code: write it 0xAB']],
    [
      'writes no code',
      good.replace('0x45', '69'),
      ['codes.yaml:1: 0.code: use 0x and 1 to 8 upper-case hex digits, for instance 0x45'],
    ],
    [
      'has a code twice',
      good + good.replace('0x45', '0x045'),
      ['codes.yaml:7: 1.code: 0x045 is declared already, in line 1'],
    ],
    [
      'misspells a field',
      `${good}  sevrity: info\n`,
      [
        'codes.yaml:7: 0.sevrity: is not a field here; expected code, title, meaning, customer, severity, failsHealth, since, texts',
      ],
    ],
    [
      'has a severity that is none',
      good.replace('critical', 'bad'),
      ['codes.yaml:5: 0.severity: expected one of info, warning, critical'],
    ],
    [
      'does not know whether a device is well',
      good.replace('failsHealth: true', 'failsHealth: perhaps'),
      ['codes.yaml:6: 0.failsHealth: expected true or false: is a device that raises it unhealthy?'],
    ],
    [
      'has a version that is none',
      `${good}  since: v3\n`,
      ['codes.yaml:7: 0.since: expected a version, for instance 3.2.5'],
    ],
    [
      'says nothing to the customer',
      good.replace('Wait.', "''"),
      [
        'codes.yaml:4: 0.customer: expected what the customer can do, in at most 2000 characters; say so if there is nothing to do',
      ],
    ],
    [
      'forgets a language',
      `${good}  texts: {de: {title: T, meaning: M, customer: C}}\n${good.replace('45', '46')}`,
      ['codes.yaml:8: 1.texts: lacks the language de, which other codes have'],
    ],
    [
      'has a language that is none',
      `${good}  texts:\n    German: {title: T, meaning: M, customer: C}\n`,
      ['codes.yaml:8: 0.texts.German: use a language tag of BCP 47, for instance de or pt-BR'],
    ],
    [
      'translates half of it',
      `${good}  texts:\n    de:\n      title: T\n      meaning: M\n`,
      [
        'codes.yaml:8: 0.texts.de.customer: is missing; expected what the customer can do, in at most 2000 characters; say so if there is nothing to do',
      ],
    ],
    [
      'has texts that are none',
      `${good}  texts: none\n`,
      ['codes.yaml:7: 0.texts: expected languages, each with title, meaning, customer: de: {title: …}'],
    ],
  ])('that %s is told so, with the line', async (_, text, expected) => {
    expect(lines((await check(text)).problems)).toEqual(expected);
  });

  test('that was extracted lacks what a header cannot say, and nothing else', async () => {
    writeFileSync(
      header,
      '#define ERR_A 0x45 // no network: again\n#define ERR_B 0x7\n#define ERR_C ERR_B\n',
    );
    const { codes } = await extractFrom([header], {});
    expect(parse(draftOf(codes))).toEqual([
      { code: '0x7', title: '', meaning: '', customer: '', severity: null, failsHealth: null },
      {
        code: '0x45',
        title: 'No network: again',
        meaning: '',
        customer: '',
        severity: null,
        failsHealth: null,
      },
    ]);
    const { problems } = await check(draftOf(codes));
    expect(
      lines(problems)
        .filter((line) => line.includes(' 1.'))
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual([
      'codes.yaml:13: 1.meaning:',
      'codes.yaml:14: 1.customer:',
      'codes.yaml:15: 1.severity:',
      'codes.yaml:16: 1.failsHealth:',
    ]);
  });
});

describe('beside the firmware', () => {
  test('what a header declares and the file does not is found, and the other way round', async () => {
    writeFileSync(header, '\nenum { ERR_A = 0x46, OTHER = 7 };\n');
    const checked = await check(good);
    const extraction = await extractFrom([header], { prefix: ['ERR_'] });
    expect(lines(compareWithHeaders(file, checked, extraction))).toEqual([
      `error.h:2: ERR_A is 0x46, which ${file} does not document`,
      'codes.yaml:1: 0x45 is in none of the headers',
    ]);
  });

  test('what it can raise and the file does not say is found, range by range', async () => {
    writeFileSync(raises, '- "0x46-0x60"\n- 0x1\n- "0x50"\n- code: "0x51"\n');
    const checked = await check(good);
    const { raised, problems } = await openRaises(raises, {});
    expect(lines(problems)).toEqual([
      'raises.yaml:2: 1: is a number; write it in quotes, for instance "0x45"',
    ]);
    const found = lines(compareWithRaises(file, checked, 'raises.yaml', raised));
    expect(found.map((line) => line.replace(file, 'codes.yaml'))).toEqual([
      'raises.yaml:1: 0x46-0x60: codes.yaml does not document 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, and 7 more',
      'raises.yaml:3: 0x50: codes.yaml does not document 0x50',
      'raises.yaml:4: 0x51: codes.yaml does not document 0x51',
      'codes.yaml:1: 0x45 is in none of the ranges of raises.yaml',
    ]);
  });

  test('a range around a code is enough', async () => {
    writeFileSync(raises, '- "0x45-0x45"\n');
    const { raised } = await openRaises(raises, {});
    expect(compareWithRaises(file, await check(good), raises, raised)).toEqual([]);
  });

  test('a list that is none is refused with its line, and so is a header with a name without a value', async () => {
    writeFileSync(raises, '\nfrom: 1\n');
    await expect(readRaises(raises, {})).rejects.toThrow(
      'raises.yaml:2: expected a list of codes and ranges',
    );
    writeFileSync(header, '#define ERR_A foo()\n');
    await expect(readRaises(header, {})).rejects.toThrow(
      'error.h:1: ERR_A refers to foo, which has no value here',
    );
    await expect(readRaises(join(folder, 'none.h'), {})).rejects.toThrow('none.h: cannot be read');
  });
});

test('the example documents what its header declares, in two languages, and nothing else', async () => {
  const path = (name: string) => new URL(`../../../../examples/thermostat/${name}`, import.meta.url).pathname;
  const checked = await checkCodesFile(path('codes.yaml'));
  const extraction = await extractFrom([path('firmware/errors.h')], { prefix: ['ERR_'] });
  expect([...checked.problems, ...extraction.problems]).toEqual([]);
  expect(compareWithHeaders('codes.yaml', checked, extraction)).toEqual([]);
  expect(extraction.codes.map(({ code, title }) => [code, title])).toEqual(
    [...checked.codes].map(([code, { title }]) => [code, title]),
  );
});
