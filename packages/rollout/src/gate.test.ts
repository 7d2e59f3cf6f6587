import { gateSchema } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { evidenceOf } from './evidence.ts';
import { HALT_AT, judgeStage, PAUSE_AT } from './gate.ts';
import { line, QUIET, reading } from './testing/trials.ts';

const gate = gateSchema.parse({});
type Counts = Parameters<typeof evidenceOf>[0];
const of = (counts: Counts) => evidenceOf(counts, true);
const control = { devices: 100, silent: 2 };
const judge = (counts: Counts, change: Partial<Parameters<typeof judgeStage>[0]> = {}) =>
  judgeStage({
    stage: 0,
    gate,
    evidence: of(counts),
    control,
    values: [],
    trial: QUIET,
    soakOver: true,
    ...change,
  });

test.each<[string, Counts, { devices: number; silent: number }, string]>([
  ['nobody offered is unknown', {}, control, 'unknown'],
  ['two failed devices do not halt', { proven: 18, failed: 2 }, control, 'pass'],
  ['three failed of twenty halt', { proven: 17, failed: 3 }, control, 'fail'],
  ['three rolled back of twenty halt', { proven: 17, 'rolled-back': 3 }, control, 'fail'],
  [
    'silence alone does not break the outer limit',
    { proven: 17, silent: 3 },
    { devices: 100, silent: 0 },
    'unknown',
  ],
  [
    'silence that would fail the stage, had it been said, does not pass it',
    { proven: 112, silent: 8 },
    { devices: 100, silent: 0 },
    'unknown',
  ],
  ['less silence than that passes', { proven: 115, silent: 5 }, { devices: 100, silent: 0 }, 'pass'],
  [
    'silence like that of the control passes',
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
  ['a silent control proves nothing', { proven: 10, silent: 10 }, { devices: 100, silent: 60 }, 'unknown'],
  ['pending devices hold up a pass', { proven: 12, waiting: 8 }, { devices: 100, silent: 48 }, 'unknown'],
  ['installed is not proven', { installed: 20 }, control, 'unknown'],
  [
    'without control a single silent device is one too many',
    { proven: 19, silent: 1 },
    { devices: 4, silent: 0 },
    'unknown',
  ],
  ['without control a flawless stage passes', { proven: 20 }, { devices: 0, silent: 0 }, 'pass'],
])('%s', (_, counts, compared, expected) => {
  const verdict = judge(counts, { control: compared });
  expect(verdict.kind).toBe(expected);
  expect(verdict.because).not.toMatch(/NaN|undefined|Infinity/);
});

test.each<[string, Partial<Parameters<typeof judgeStage>[0]>, string]>([
  ['evidence at the halting bound fails', { trial: reading(line(HALT_AT)) }, 'fail'],
  ['evidence below it does not', { trial: reading(line(HALT_AT - 1e-9)) }, 'unknown'],
  ['evidence at the pausing bound does not pass', { trial: reading(line(PAUSE_AT)) }, 'unknown'],
  ['evidence below it passes', { trial: reading(line(PAUSE_AT - 1e-9)) }, 'pass'],
  [
    'evidence of another stage does not fail this one',
    { trial: reading(line(HALT_AT, { stage: 1 })) },
    'unknown',
  ],
  [
    'installs pause nothing but close the gate',
    { trial: reading(line(PAUSE_AT, { channel: 'install' })) },
    'unknown',
  ],
  [
    'counters that do not add up prove nothing',
    { trial: { ...QUIET, wrong: 'a counter of entered is -1' } },
    'unknown',
  ],
  ['a soak that is not over proves nothing', { soakOver: false }, 'unknown'],
])('%s', (_, change, expected) => expect(judge({ proven: 20 }, change).kind).toBe(expected));

test('failures that the control reports as well do not break the outer limit', () => {
  const usual = reading(line(-3, { control: { followed: 100, atRisk: 80, events: 20 } }));
  expect(judge({ proven: 80, failed: 20 }, { trial: usual }).kind).not.toBe('fail');
  expect(judge({ proven: 80, failed: 20 }).kind).toBe('fail');
});

const value = (counts: Counts, silent = 0) => ({
  attribute: 'broker',
  value: 'mosquitto 2.0.18',
  evidence: of(counts),
  control: { devices: 100, silent },
});

test.each<[string, ReturnType<typeof value>, string]>([
  ['a value of which nobody is proven does not pass', value({ installed: 4 }), 'unknown'],
  ['nor one whose only device is silent', value({ silent: 1 }), 'unknown'],
  ['nor one of which fewer than half are proven', value({ proven: 3, silent: 5 }), 'unknown'],
  ['a value of which half are proven passes', value({ proven: 4, silent: 4 }), 'pass'],
  ['a value whose control is as silent needs less', value({ proven: 2, silent: 6 }, 50), 'pass'],
  ['a value that was not offered is not asked', value({}), 'pass'],
])('%s', (_, values, expected) => {
  const verdict = judge({ proven: 120 }, { values: [values] });
  expect(verdict.kind).toBe(expected);
  if (expected === 'unknown') expect(verdict.because).toContain('exclude them and go on');
});
