import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCodesFile } from './codes/codes-file.ts';
import { UsageFault } from './failures.ts';
import { readPlanFile } from './plan-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-yaml-'));
const file = join(folder, 'plan.yaml');
afterAll(() => rmSync(folder, { recursive: true }));
const example = (name: string) => new URL(`../../../examples/thermostat/${name}`, import.meta.url).pathname;

describe('a plan file that does not parse names line, field and what was expected', () => {
  const head = 'name: x\nrelease: 3.2.5\nstages:\n';
  const rows: Array<[string, string, string]> = [
    [
      'shares that fall',
      `${head}  - {share: 0.1, soak: 24h}\n  - {share: 0.1, soak: 24h}\n`,
      '5: stages.1.share: must rise: 0.1 after 0.1',
    ],
    [
      'a soak of nothing',
      `${head}  - share: 1\n    soak: 0h\n`,
      '5: stages.0.soak: must be longer than zero',
    ],
    ['a soak that is missing', `${head}  - share: 1\n`, '4: stages.0.soak: '],
    [
      'a misspelt field',
      `${head}  - share: 1\n    soak: 24h\n    gaet: {}\n`,
      '6: stages.0.gaet: is not a field here; expected share, soak, pace, gate',
    ],
    ['a version that is none', head.replace('3.2.5', 'v3'), '2: release: use MAJOR.MINOR.PATCH'],
    ['a field without a value', 'name: x\nstages: []\n', '1: release: '],
    ['broken YAML', 'name: x\nstages: [\n', '3: '],
    ['a field given twice', 'name: x\nname: y\n', '2: Map keys must be unique'],
    ['an empty file', '', '1: '],
  ];
  test.each(rows)('%s', async (_, text, expected) => {
    writeFileSync(file, text);
    const fault: unknown = await readPlanFile(file).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(UsageFault);
    const lines = (fault as UsageFault).message.split('\n');
    expect(lines).toContainEqual(expect.stringContaining(`plan.yaml:${expected}`));
  });
});

test('the examples parse, and 0x45 is documented', async () => {
  const plan = await readPlanFile(example('plan.yaml'));
  expect(plan.stages.map(({ share, soak }) => [share, soak])).toEqual([
    [0.01, '18h'],
    [0.1, '44h'],
    [1, '60h'],
  ]);
  expect((await readCodesFile(example('codes.yaml'))).map(({ code }) => code)).toContain('0x45');
});
