import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backEndSchema } from './back-end.ts';
import { promisesTable } from './testing/promises.ts';

const text = readFileSync(join(import.meta.dirname, '../../../../docs/boot.md'), 'utf8');

describe('docs/boot.md', () => {
  test('says what every back-end promises, word for word', () => {
    const table = /<!-- promises -->\n([\s\S]*?)\n<!-- \/promises -->/.exec(text)?.[1];
    const cells = (lines: string) => lines.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
    expect(cells(table ?? '')).toBe(cells(promisesTable()));
  });

  test('shows a configuration of every kind that the agent takes', () => {
    const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(
      ([, json]) => JSON.parse(json ?? '') as object,
    );
    const kinds = examples.map(
      (example) => backEndSchema.parse('backEnd' in example ? example.backEnd : example).kind,
    );
    expect(new Set(kinds)).toEqual(new Set(backEndSchema.options.map((option) => option.shape.kind.value)));
  });

  test('shows no line of a boot script that is not in the script', () => {
    const scripts = ['uboot-sector.env', 'uboot-env.env', 'grub.cfg']
      .map((file) => readFileSync(join(import.meta.dirname, '../../../../examples/boot', file), 'utf8'))
      .join('\n')
      .split('\n');
    const shown = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, code]) => (code ?? '').split('\n'));
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((line) => line !== '' && !scripts.includes(line))).toEqual([]);
  });
});
