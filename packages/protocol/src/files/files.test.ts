import { describe, expect, test } from 'vitest';
import { readCodesText, readRaisesText } from './codes-file.ts';
import { openYamlText } from './yaml-text.ts';

const CODES = `# what the firmware shows
- code: '0x45'
  title: Network stack crashed
  meaning: Not reachable.
  failsHealth: true
- code: '0x46'
  title: Other
  meaning: Another.
  failsHealth: false
`;

describe('a file of error codes', () => {
  test('that is good is what a release declares', () => {
    expect(readCodesText(CODES).data?.map(({ code, severity }) => [code, severity])).toEqual([
      ['0x45', 'warning'],
      ['0x46', 'warning'],
    ]);
  });

  test.each([
    [
      'a misspelt field',
      CODES.replace('title: Other', 'titel: Other'),
      [6, '1.title: is missing'],
      [7, /^1\.titel: is not a field/],
    ],
    [
      'a code without quotes',
      CODES.replace("'0x46'", '0x46'),
      [6, '1.code: is a number; write it in quotes'],
    ],
    ['a code in small letters', CODES.replace("'0x45'", "'0xab'"), [2, /^0\.code: use 0x/]],
    ['something else than a list', 'code: 1\n', [1, 'expected a list of codes']],
    ['no YAML', '- code: "0x45\n', [2, /quote/]],
  ] as const)('with %s says what and in which line', (_, text, ...expected) => {
    expect(readCodesText(text).problems?.map(({ line, message }) => [line, message])).toEqual(
      expected.map(([line, message]) => [
        line,
        message instanceof RegExp ? expect.stringMatching(message) : message,
      ]),
    );
  });
});

describe('a list of what can be raised', () => {
  test('holds codes, ranges and what codes extract writes, each once', () => {
    const text = "- '0x40-0x4F'\n- code: '0x50'\n- '0x50'\n";
    expect(readRaisesText(text)).toEqual({ data: ['0x40-0x4F', '0x50'] });
  });

  test.each([
    ['a number', '- 0x45\n', [1, '0: is a number; write it in quotes, for instance "0x45"']],
    ['a range that ends before it begins', "- '0x41'\n- '0x4F-0x40'\n", [2, '1: ends before it begins']],
    ['a map', 'a: 1\n', [1, 'expected a list of codes and ranges, for instance - 0x40-0x4F']],
    ['no YAML', '- "x\n', [2, expect.stringMatching(/quote/)]],
  ])('with %s says what and in which line', (_, text, expected) => {
    expect(readRaisesText(text).problems?.map(({ line, message }) => [line, message])).toEqual([expected]);
  });
});

test('a place that is not there has the line of what is around it', () => {
  const yaml = openYamlText('a:\n  b: 1\n');
  if ('broken' in yaml) throw new Error(yaml.broken.message);
  expect([['a', 'b'], ['a', 'c'], ['x']].map((path) => yaml.lineAt(path))).toEqual([2, 1, 1]);
});
