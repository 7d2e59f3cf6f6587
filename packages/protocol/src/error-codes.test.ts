import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalCode,
  codeOf,
  codeRangeSchema,
  declaredErrorCodeSchema,
  languageTagSchema,
  parseCode,
  undocumentedCodes,
} from './error-codes.ts';
import { releaseManifestSchema } from './release.ts';

const entry = { code: '0x45', title: 'No network', meaning: 'It is gone.', failsHealth: true };

describe('a declared code', () => {
  test('of before there were severities and languages is still one', () => {
    expect(declaredErrorCodeSchema.parse(entry)).toEqual({
      ...entry,
      customer: '',
      severity: 'warning',
      texts: {},
    });
  });

  test('is declared once, however its zeros are written', () => {
    const manifest = {
      version: '1.0.0',
      artifacts: [{ hardware: 'th-2', size: 1, sha256: 'a'.repeat(64) }],
      errorCodes: [entry, { ...entry, code: '0x045' }],
    };
    expect(releaseManifestSchema.safeParse(manifest).error?.issues).toMatchObject([
      { path: ['errorCodes', 1, 'code'], message: '0x045 is declared already, as number 1 of the list' },
    ]);
  });
});

describe('language tags', () => {
  test.each(['de', 'pt-BR', 'zh-Hant-TW', 'es-419', 'gsw'])('%s is one', (tag) => {
    expect(languageTagSchema.safeParse(tag).success).toBe(true);
  });
  test.each(['', 'DE', 'de_DE', 'de-', 'english', 'de-de', '__proto__'])('%s is none', (tag) => {
    expect(languageTagSchema.safeParse(tag).success).toBe(false);
  });
});

test.each([
  ['0x45', '0x45'],
  ['0x045', '0x45'],
  ['0X00ab', '0xAB'],
  ['0x0', '0x0'],
  ['0x00000000', '0x0'],
  ['0xffffffff', '0xFFFFFFFF'],
])('%s is the code %s', (text, code) => {
  expect(parseCode(text)).toBe(code);
  expect(canonicalCode(text)).toBe(code);
});

test.each(['', '45', '0x', '0xG', '0x123456789', '0x45 ', '-0x45'])('"%s" is no code', (text) => {
  expect(parseCode(text)).toBeUndefined();
});

test.each([
  ['0x45', true],
  ['0x40-0x4F', true],
  ['0x40-0x40', true],
  ['0x4F-0x40', false],
  ['0x40-', false],
  ['0x40-0x4f', false],
  ['64-79', false],
])('%s as what a release raises: %s', (text, good) => {
  expect(codeRangeSchema.safeParse(text).success).toBe(good);
});

describe('what is raised and not documented', () => {
  test('is named in order, as many as are wanted, and the rest is counted', () => {
    expect(undocumentedCodes(['0x45', '0x10-0x1F', '0x1E-0x21'], ['0x11', '0x045', '0x99'], 3)).toEqual({
      codes: ['0x10', '0x12', '0x13'],
      more: 14,
    });
  });

  test('is counted in a range of all codes as well', () => {
    expect(undocumentedCodes(['0x0-0xFFFFFFFF'], ['0x0', '0xFFFFFFFF'], 1)).toEqual({
      codes: ['0x1'],
      more: 4_294_967_293,
    });
  });

  test('is what looking at each code by itself finds', () => {
    let some = 0;
    const small = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small)), fc.array(small), (pairs, documented) => {
        const ranges = pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
        const expected = Array.from({ length: 61 }, (_, code) => code)
          .filter((code) => ranges.some(([from, to]) => from <= code && code <= to))
          .filter((code) => !documented.includes(code))
          .map(codeOf);
        if (expected.length > 0) some++;
        const raises = ranges.map(([from, to]) => `${codeOf(from)}-${codeOf(to)}`);
        expect(undocumentedCodes(raises, documented.map(codeOf), 100)).toEqual({ codes: expected, more: 0 });
      }),
    );
    expect(some).toBeGreaterThan(20);
  });
});
