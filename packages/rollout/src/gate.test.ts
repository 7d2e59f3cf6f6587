import { gateSchema } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { evidenceOf } from './evidence.ts';
import { blameOf, blameWords, judgeStage } from './gate.ts';

const gate = gateSchema.parse({});
const of = (counts: Parameters<typeof evidenceOf>[0]) => evidenceOf(counts, true);
const control = { devices: 100, silent: 2 };
type Counts = Parameters<typeof evidenceOf>[0];

test.each<[string, Counts, { devices: number; silent: number }, string]>([
  ['nobody offered is unknown', {}, control, 'unknown'],
  ['two bad devices do not halt', { proven: 18, failed: 2 }, control, 'pass'],
  ['three bad of twenty halt', { proven: 17, failed: 3 }, control, 'fail'],
  ['three silent of twenty halt', { proven: 17, silent: 3 }, { devices: 100, silent: 0 }, 'fail'],
  [
    'silence like that of the control does not halt',
    { proven: 10, silent: 10 },
    { devices: 100, silent: 48 },
    'pass',
  ],
  [
    'failures are not excused by a silent control',
    { proven: 10, failed: 10 },
    { devices: 100, silent: 48 },
    'fail',
  ],
  ['without control all silence counts', { proven: 17, silent: 3 }, { devices: 0, silent: 0 }, 'fail'],
  ['a silent control proves nothing', { proven: 10, silent: 10 }, { devices: 100, silent: 60 }, 'unknown'],
  [
    'pending devices hold up a pass, however silent the control',
    { proven: 12, waiting: 8 },
    { devices: 100, silent: 48 },
    'unknown',
  ],
  ['installed is not proven', { installed: 20 }, control, 'unknown'],
])('%s', (_, counts, compared, expected) => {
  const verdict = judgeStage({ gate, evidence: of(counts), control: compared, values: [], soakOver: true });
  expect(verdict.kind).toBe(expected);
  expect(verdict.because).not.toMatch(/NaN|undefined|Infinity/);
});

const culprit = (counts: Counts) => ({
  attribute: 'broker',
  value: 'mosquitto 2.0.18',
  evidence: of(counts),
  control,
});

test.each<[string, Counts, string]>([
  ['a value fails although the whole is within its bound', { proven: 5, 'rolled-back': 3 }, 'fail'],
  [
    'a value that just opened to more devices is not diluted',
    { waiting: 500, proven: 5, 'rolled-back': 3 },
    'fail',
  ],
  ['a value of which nobody is proven does not pass', { installed: 4 }, 'unknown'],
  ['a value that is well passes', { proven: 8 }, 'pass'],
])('%s', (_, counts, expected) => {
  const stage = { gate, evidence: of({ proven: 117, 'rolled-back': 3 }), control, soakOver: true };
  expect(judgeStage({ ...stage, values: [culprit(counts)] }).kind).toBe(expected);
});

test('blame says how many, where, and how it is elsewhere', () => {
  const whole = of({ proven: 26, 'rolled-back': 6 });
  const elsewhere = { ...culprit({ proven: 24 }), value: 'mosquitto 2.0.15' };
  const blame = blameOf([elsewhere, culprit({ proven: 2, 'rolled-back': 6 })], whole);
  expect(blameWords(blame, whole)).toBe(
    '6 of the 6 run broker = mosquitto 2.0.18, where 6 of 8 went wrong; elsewhere 0 of 24.',
  );
});
