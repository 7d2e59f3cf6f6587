import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affectedSlice, commonQuestions, FRIDAY_SLICE, fridayIncident } from './presets.ts';
import { exampleComposition } from '../example-fleet.ts';
import { readWhatIf, whatIfText } from './text.ts';
import { draftOf, HARMS, PLAIN, readDraft, STAGES, STARTS, type WhatIf } from './what-if.ts';
import { whatIfWords } from './words.ts';
import { nextFridayEvening } from './friday-evening.ts';

const percent = (least: number, most: number) =>
  fc.integer({ min: least * 100, max: most * 100 }).map((all) => all / 10_000);
const hours = fc.integer({ min: 1, max: 300 }).map((quarters) => quarters / 4);
const word = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const whatIfs: fc.Arbitrary<WhatIf> = fc.record({
  name: word,
  harm: fc.constantFrom(...HARMS),
  share: percent(1, 100),
  slice: fc.option(fc.record({ attribute: word.filter((text) => !text.includes('=')), value: word })),
  after: fc
    .tuple(hours, hours)
    .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) })),
  heals: percent(0, 100),
  down: fc.option(fc.record({ at: hours, hours })),
  away: fc.option(percent(0, 30)),
  start: fc.constantFrom(...STARTS),
  stages: fc.constantFrom(...STAGES),
  bounds: fc.option(fc.integer({ min: 1, max: 1_000 })),
  people: fc.oneof(fc.constant('roster' as const), fc.constant(null), hours),
});

describe('a what-if as one line', () => {
  test('is read as it was written, whatever it says', () => {
    fc.assert(
      fc.property(whatIfs, (whatIf) => {
        expect(readWhatIf(whatIfText(whatIf))).toEqual({ whatIf });
        expect(readDraft(draftOf(whatIf))).toEqual({ whatIf });
      }),
    );
  });

  test('says only what differs from a plain one', () => {
    expect(whatIfText({ ...PLAIN, name: 'A; b', down: { at: 2, hours: 6 } })).toBe(
      'name=A%3B b; harm=silent; down=2+6',
    );
    expect(readWhatIf('harm=none').whatIf).toEqual({ ...PLAIN, harm: 'none' });
  });

  test.each([
    ['a field that does not exist', 'harm=none; shar=3', 'shar', 'is none of name, harm'],
    ['a field that is there twice', 'harm=none; harm=code', 'harm', 'twice'],
    ['words without a field', 'no idea', 'no idea', 'is none of'],
    ['a harm that nobody knows', 'harm=fire', 'harm', 'silent, code'],
    ['a share above all', 'share=101', 'share', 'from 0.01 to 100'],
    ['a share of nobody', 'share=0', 'share', 'from 0.01 to 100'],
    ['a slice without a value', 'slice=broker', 'slice', 'attribute=value'],
    ['hours that run backwards', 'after=3-1', 'after', '1-3'],
    ['an outage without a length', 'down=3', 'down', '2+6'],
    ['a number in other words', 'bounds=1e3', 'bounds', 'or off'],
    ['people who are not there', 'people=bob', 'people', 'roster, nobody'],
  ])('%s is refused by its name', (_, line, field, words) => {
    const { problems } = readWhatIf(line);
    expect(problems?.map((one) => one.field)).toEqual([field]);
    expect(problems?.[0]?.because).toContain(words);
  });

  test('every field that is wrong is named at once', () => {
    expect(readDraft({ share: 'x', after: 'y', name: '' }).problems?.map(({ field }) => field)).toEqual([
      'name',
      'share',
      'after',
    ]);
  });
});

test('a what-if is a sentence', () => {
  const [happened] = fridayIncident();
  expect(whatIfWords(happened)).toBe(
    'All devices with broker = mosquitto 2.0.18 fall silent 1 to 3 h after the update; it starts on Friday at 17:30, outside every window; everybody gets it at once; nothing halts by itself; people send the fleet back after 18 h.',
  );
  expect(whatIfWords({ ...PLAIN, harm: 'none', people: null })).toBe(
    'The release is good; nobody sends the fleet back.',
  );
});

test('the questions that one click asks can all be written down', () => {
  for (const one of [...fridayIncident(), ...commonQuestions()])
    expect(readWhatIf(whatIfText(one))).toEqual({ whatIf: one });
});

test('the slice of the incident is taken where a fleet has it, else what comes nearest', () => {
  expect(affectedSlice(exampleComposition(600))).toEqual(FRIDAY_SLICE);
  const cells = [
    { environment: { site: 'north' }, devices: 84 },
    { environment: { site: 'south' }, devices: 16 },
  ];
  const other = { devices: 100, cells, silence: [], troublePerDay: 0, source: 'a test' };
  expect(affectedSlice(other)).toEqual({ attribute: 'site', value: 'south' });
});

test.each([
  ['in New York, in winter', '2026-11-24T14:00:00Z', 'America/New_York', '2026-11-27T22:30:00.000Z'],
  ['by half an hour off, in India', '2026-11-24T14:00:00Z', 'Asia/Kolkata', '2026-11-27T12:00:00.000Z'],
  ['at the very moment', '2026-11-27T17:30:00Z', 'UTC', '2026-11-27T17:30:00.000Z'],
  ['a minute later, a week on', '2026-11-27T17:31:00Z', 'UTC', '2026-12-04T17:30:00.000Z'],
])('Friday evening is found %s', (_, now, zone, found) => {
  expect(new Date(nextFridayEvening(Date.parse(now), zone)).toISOString()).toBe(found);
});
