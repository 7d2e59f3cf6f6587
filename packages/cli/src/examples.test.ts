/** The files that people begin with are read as they stand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planSchema, policySchema, presetPolicy, rosterSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (name: string) =>
  parse(readFileSync(join(import.meta.dirname, '../../../examples/thermostat', name), 'utf8')) as unknown;

describe('the example thermostat', () => {
  test.each([
    ['plan.yaml', planSchema],
    ['policy.yaml', policySchema],
    ['roster.yaml', rosterSchema],
  ])('has a %s that its schema takes', (name, schema) => {
    expect(schema.safeParse(read(name)).error).toBeUndefined();
  });

  test('keeps the golden rule: its windows are those of the preset', () => {
    const { preset, calendar } = policySchema.parse(read('policy.yaml'));
    expect(preset).toBe('golden-rule');
    expect(calendar.windows).toEqual(presetPolicy('golden-rule', 'UTC').calendar.windows);
  });
});
