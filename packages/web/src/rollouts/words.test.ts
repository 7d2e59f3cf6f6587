import { type Phase, phaseSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { commandLeft, pauseAct, redAct } from './acts.ts';
import { nextWords } from './next-words.ts';
import { soaking } from '../testing/story.ts';
import { standingOf } from './standing.ts';
import { coverageWords, headline, numberWords, pausedWords, percent, TONES } from './words.ts';

const phases = phaseSchema.options;
const view = (phase: Phase, stage: number | null = 0) => ({
  rollout: 'r1',
  phase,
  stage,
  stages: [1, 2, 3],
  release: '3.2.5',
  wayBack: '3.2.4',
  paused: [],
  lookAgainAt: null,
});

describe('the words of a phase', () => {
  test('every phase has its own headline, its tone and a next step', () => {
    const said = phases.map((phase) => headline(view(phase)));
    expect(new Set(said).size).toBe(phases.length);
    expect(phases.every((phase) => TONES[phase] !== undefined && nextWords(view(phase)).what !== '')).toBe(
      true,
    );
  });

  test.each<[string, Phase, number | null, string]>([
    ['the first stage waits', 'scheduled', null, 'Waiting to open stage 1 of 3'],
    ['after the last stage the hold-out waits', 'scheduled', 2, 'Waiting to open the hold-out'],
    ['the open stage is counted from one', 'soaking', 0, 'Stage 1 of 3 is soaking'],
    ['a halt names its stage', 'halted', 1, 'Halted in stage 2 of 3'],
    ['a halt with the hold-out open names the last stage', 'halted', 3, 'Halted in stage 3 of 3'],
    ['a halt before any stage says so', 'halted', null, 'Halted before any device'],
  ])('%s', (_, phase, stage, expected) => {
    expect(headline(view(phase, stage))).toBe(expected);
  });

  test('all reasons of a pause are named', () => {
    expect(pausedWords(['operator', 'storm'])).toBe('Paused by an operator and because of a reconnect storm');
    expect(pausedWords([])).toBe('');
  });
});

describe('the red button', () => {
  test('is halt while offers go out, recall once they stopped', () => {
    const of = (wanted: string) =>
      phases.filter(
        (phase) => redAct(view(phase)).refusal === undefined && redAct(view(phase)).name === wanted,
      );
    expect(of('haltRollout')).toEqual(['scheduled', 'soaking', 'watching']);
    expect(of('recallRollout')).toEqual(['halted', 'completed']);
  });

  test.each<[string, Phase, string]>([
    ['halts while offers go out', 'soaking', 'tuesday rollout halt r1 --because "…"'],
    ['recalls once they stopped', 'halted', 'tuesday rollout recall r1 --because "…"'],
    ['only looks where nothing is left to do', 'recalled', 'tuesday rollout view r1'],
  ])('the command line beside a lost connection %s', (_, phase, expected) => {
    expect(commandLeft('r1', view(phase))).toBe(expected);
  });

  test('no phase disables a button without saying why', () => {
    for (const phase of phases) {
      for (const act of [redAct(view(phase)), pauseAct(view(phase))]) expect(act?.refusal).not.toBe('');
    }
  });

  test('only an operator’s pause can be resumed', () => {
    expect(pauseAct({ ...view('soaking'), paused: ['storm'] })?.name).toBe('pauseRollout');
    expect(pauseAct({ ...view('soaking'), paused: ['storm', 'operator'] })?.name).toBe('resumeRollout');
  });
});

describe('a stage on the timeline', () => {
  test('has failed when late evidence fails what had passed', () => {
    const verdict = { kind: 'fail', because: 'late' } as const;
    expect(standingOf({ openedAt: 1, passedAt: 2, verdict }, 'halted')).toBe('failed');
    expect(standingOf({ openedAt: 1, passedAt: 2, verdict: { ...verdict, kind: 'pass' } }, 'watching')).toBe(
      'passed',
    );
    expect(standingOf({ openedAt: null, passedAt: null, verdict: null }, 'soaking')).toBe('waiting');
  });
});

describe('a first stage', () => {
  const plan = { ...soaking().plan, coverage: 8 };
  test.each([
    ['that is its share needs no words', 12, undefined],
    ['that is larger says which devices made it so', 32, 'More than 5 %, so that it holds 8 devices'],
  ])('%s', (_, size, expected) => {
    const said = coverageWords({ plan, devices: 240, stages: [{ size }] }, 0);
    expect(said === undefined ? said : said.slice(0, expected?.length)).toBe(expected);
  });
});

describe('figures', () => {
  test.each([
    ['one per cent', 0.01, '1 %'],
    ['tenths below ten', 0.0437, '4.4 %'],
    ['whole ones above', 0.1875, '19 %'],
    ['a few are not none', 0.0001, 'under 0.1 %'],
    ['none is none', 0, '0 %'],
  ])('%s', (_, share, expected) => {
    expect(percent(share)).toBe(expected);
  });

  test('thousands are set apart', () => {
    expect([numberWords(999), numberWords(12_000), numberWords(1_234_567)]).toEqual([
      '999',
      '12\u202f000',
      '1\u202f234\u202f567',
    ]);
  });
});
