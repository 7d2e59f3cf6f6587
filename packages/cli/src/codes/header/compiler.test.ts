/** The values that a compiler gives to names are the ones that are extracted. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { extractCodes } from './extract.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-header-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Names and values as the compiler prints them, 64 bits in decimal. */
function compiled(header: string, names: readonly string[]): Map<string, bigint> {
  const prints = names.map((name) => `printf("${name} %lld\\n", (long long)(${name}));`);
  writeFileSync(join(folder, 'error.h'), header);
  writeFileSync(
    join(folder, 'main.c'),
    `#include <stdio.h>\n#include <stdint.h>\n#include "error.h"\nint main(void) { ${prints.join('\n')} return 0; }\n`,
  );
  execFileSync('gcc', ['-w', '-std=gnu17', '-o', join(folder, 'main'), join(folder, 'main.c')]);
  const lines = execFileSync(join(folder, 'main'), { encoding: 'utf8' }).trim().split('\n');
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', BigInt(line.split(' ')[1] ?? '')]));
}

const literal = fc
  .tuple(fc.nat(0x1ff), fc.constantFrom('x', 'd', 'o', 'b', 'X'), fc.constantFrom('', 'u', 'UL', 'l', 'ull'))
  .map(([value, base, suffix]) => {
    const forms = {
      x: `0x${value.toString(16)}`,
      X: `0x${((value * 0x10001) >>> 0).toString(16)}`,
      d: String(value),
      o: `0${value.toString(8)}`,
      b: `0b${value.toString(2)}`,
    };
    return forms[base] + suffix;
  });

/** Expressions over literals and the names from `ERR_0` to the one before `ERR_<index>`. */
function expression(index: number) {
  const name = fc.nat(Math.max(0, index - 1)).map((before) => (index === 0 ? '7' : `ERR_${before}`));
  return fc.letrec<{ tree: string; leaf: string }>((tie) => ({
    leaf: fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: name }),
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      tie('leaf'),
      fc.tuple(fc.constantFrom('-', '~', '+'), tie('tree')).map(([sign, one]) => `${sign} ${one}`),
      fc
        .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '|', '&', '^'), tie('tree'))
        .map(([a, sign, b]) => `${a} ${sign} ${b}`),
      fc
        .tuple(tie('tree'), fc.constantFrom('<<', '>>'), fc.nat(7))
        .map(([a, sign, b]) => `(${a}) ${sign} ${b}`),
      tie('tree').map((one) => `(${one})`),
      fc
        .tuple(
          fc.constantFrom('uint8_t', 'int16_t', 'unsigned', 'long', 'signed char', 'uint32_t'),
          tie('tree'),
        )
        .map(([type, one]) => `(${type})(${one})`),
    ),
  })).tree;
}

const COUNT = 60;
const header: fc.Arbitrary<string> = fc
  .tuple(
    ...Array.from({ length: COUNT }, (_, index) =>
      fc.tuple(fc.constantFrom('define', 'define', 'enum', 'count'), expression(index), fc.boolean()),
    ),
  )
  .map((steps) =>
    steps
      .map(([kind, text, isNoted], index) => {
        const note = isNoted ? ' /* about it */' : '';
        if (kind === 'define') return `#define ERR_${index} ${text}${note}`;
        if (kind === 'count') return `enum { ERR_${index}_A = ${index}${note}, ERR_${index} };`;
        return `enum {\n  ERR_${index}_A${note} = 1,\n  ERR_${index} = (${text}) & 0xffff \\\n };`;
      })
      .join('\n'),
  );

test('whatever a header computes', () => {
  const names = Array.from({ length: COUNT }, (_, index) => `ERR_${index}`);
  let compared = 0;
  let unclear = 0;
  for (const text of fc.sample(header, { numRuns: 12, seed: 7 })) {
    const values = compiled(text, names);
    const { codes, problems } = extractCodes([{ file: 'error.h', text }], (name) => names.includes(name));
    for (const { name, code } of codes) {
      expect(`${name} ${code}`).toBe(
        `${name} 0x${BigInt.asUintN(32, values.get(name) ?? -1n)
          .toString(16)
          .toUpperCase()}`,
      );
      compared++;
    }
    for (const { message } of problems)
      expect(message).toMatch(
        / overflows|beyond 32 bits|shifts (a negative|\d+ bits)|not known$|no value here|too long|more than/,
      );
    unclear += problems.length;
  }
  expect(compared).toBeGreaterThan(300);
  expect(unclear).toBeGreaterThan(0);
});
