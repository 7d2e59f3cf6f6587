import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { refusedSchema } from '../refusals.ts';
import * as v1 from './v1.ts';

const folder = new URL('../../golden/device-v1/', import.meta.url);

/** The longest prefix that fits the file name decides which schema a golden message belongs to. */
const schemas: Record<string, z.ZodType> = {
  'enrol-request': v1.enrolRequestSchema,
  'enrol-answer': v1.enrolAnswerSchema,
  'check-in': v1.checkInSchema,
  answer: v1.checkInAnswerSchema,
  progress: v1.progressSchema,
  outcome: v1.outcomeSchema,
  'outcome-answer': v1.outcomeAnswerSchema,
  'mqtt-request': v1.mqttRequestSchema,
  'mqtt-answer': v1.mqttAnswerSchema,
  announcement: v1.announcementSchema,
  refused: refusedSchema,
};

function schemaFor(file: string): z.ZodType | undefined {
  const name = file.replace(/\.json$/, '');
  const prefix = Object.keys(schemas)
    .filter((key) => name === key || name.startsWith(`${key}-`))
    .sort((a, b) => b.length - a.length)[0];
  return prefix === undefined ? undefined : schemas[prefix];
}

describe('golden messages of device protocol 1', () => {
  const files = readdirSync(folder).sort();

  test('every schema has at least one golden message', () => {
    const covered = new Set(files.map((file) => schemaFor(file)));
    for (const [name, schema] of Object.entries(schemas)) expect(covered.has(schema), name).toBe(true);
  });

  test.each(files)('%s decodes and encodes to the same bytes', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8').trimEnd();
    const parsed = schemaFor(file)?.parse(JSON.parse(text));
    expect(JSON.stringify(parsed)).toBe(text);
  });

  test('a newer server may add fields to answers; a device keeps working', () => {
    const text = readFileSync(new URL('answer-update.json', folder), 'utf8');
    const answer = JSON.parse(text) as { offer: Record<string, unknown> };
    answer.offer['newField'] = { nested: true };
    expect(v1.checkInAnswerSchema.parse(answer).offer.kind).toBe('update');
  });

  test.each([
    ['a missing slot', { slots: { a: { state: 'confirmed' } } }],
    ['a slot state that does not exist', { slots: { a: { state: 'fine' }, b: { state: 'empty' } } }],
    ['negative boot attempts', { bootAttempts: -1 }],
    ['an error code in lower case', { errors: ['0x4a'] }],
    [
      'a version with a leading v',
      { slots: { a: { state: 'confirmed', version: 'v3.2.4' }, b: { state: 'empty' } } },
    ],
    ['another protocol', { protocol: 2 }],
    ['an attribute name with a blank', { environment: { 'broker version': '2' } }],
    ['a value longer than 128 characters', { environment: { broker: 'x'.repeat(129) } }],
  ])('a check-in with %s is refused', (_, change) => {
    const good = JSON.parse(readFileSync(new URL('check-in-idle.json', folder), 'utf8')) as object;
    expect(v1.checkInSchema.safeParse(good).success).toBe(true);
    expect(v1.checkInSchema.safeParse({ ...good, ...change }).success).toBe(false);
  });
});
