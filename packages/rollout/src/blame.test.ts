import { expect, test } from 'vitest';
import { blameOf, blameWords } from './blame.ts';
import { evidenceOf } from './evidence.ts';
import { line, QUIET, reading } from './testing/trials.ts';

const of = (counts: Parameters<typeof evidenceOf>[0]) => evidenceOf(counts, true);
const control = { devices: 100, silent: 2 };
const culprit = { attribute: 'broker', value: 'mosquitto 2.0.18' };
const values = [
  { ...culprit, evidence: of({ proven: 2, 'rolled-back': 6 }), control },
  { attribute: 'broker', value: 'mosquitto 2.0.15', evidence: of({ proven: 24 }), control },
];
const whole = of({ proven: 26, 'rolled-back': 6 });
const accused = (value: string, logEvidence: number) =>
  line(6, { attribute: 'broker', value, logEvidence, logNamed: 5 });

test('who is suspected only is called suspected, with the figures elsewhere', () => {
  const blame = blameOf(QUIET, values, whole);
  expect(blame).toEqual([{ ...culprit, offered: 8, bad: 6, certain: false }]);
  expect(blameWords(blame, whole)).toBe(
    'Suspected, not proven: broker = mosquitto 2.0.18; 6 of its 8 devices went wrong; elsewhere 0 of 24.',
  );
});

test('who is named is called the culprit', () => {
  const blame = blameOf(reading(accused(culprit.value, 12)), values, whole);
  expect(blame[0]).toMatchObject({ ...culprit, certain: true });
  expect(blameWords(blame, whole)).toContain('The culprit is broker = mosquitto 2.0.18');
});

test('two that cannot be told apart are both shown and neither is named', () => {
  const both = reading(accused(culprit.value, 12), accused('mosquitto 2.0.15', 10));
  expect(blameOf(both, values, whole).map(({ certain }) => certain)).toEqual([false, false]);
  const apart = reading(accused(culprit.value, 12), accused('mosquitto 2.0.15', 8.9));
  expect(blameOf(apart, values, whole).map(({ certain }) => certain)).toEqual([true]);
});

test('nothing that went wrong, nobody to blame', () => {
  expect(blameOf(QUIET, values, of({ proven: 32 }))).toEqual([]);
  expect(blameWords([], whole)).toBe('');
});
