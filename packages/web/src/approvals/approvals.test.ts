import { describe, expect, test } from 'vitest';
import { request } from '../testing/people-story.ts';
import { waitingForMe } from '../shell/pending.ts';
import { runsOf } from '../rollouts/passed-over.ts';
import { startRefusal } from '../rollouts/start.ts';
import { differences } from './difference.ts';
import { countWords, shortDigest, standingConsents, subjectWords, whoWords } from './words.ts';

describe('a difference', () => {
  test.each<[string, unknown, unknown, string[]]>([
    ['nothing is different in equals', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    [
      'a value is named by its way',
      { stages: [{ share: 0.01 }] },
      { stages: [{ share: 0.05 }] },
      ['stage 1, share: 0.01 → 0.05'],
    ],
    ['a stage that is new', { stages: [] }, { stages: [{ soak: '24h' }] }, ['stage 1, soak: nothing → 24h']],
    ['a stage that is gone', { stages: [{ soak: '24h' }] }, { stages: [] }, ['stage 1, soak: 24h → nothing']],
    ['plain lists are one value', { days: ['tue'] }, { days: ['tue', 'fri'] }, ['days: tue → tue, fri']],
    [
      'words are set apart',
      { gate: { maxBadShare: 0 } },
      { gate: { maxBadShare: 1 } },
      ['gate, max bad share: 0 → 1'],
    ],
    ['a false is not nothing', { required: true }, { required: false }, ['required: true → false']],
    ['from nothing at all', null, { phase: 'draft' }, ['phase: nothing → draft']],
  ])('%s', (_, before, after, expected) => {
    expect(
      differences(before, after).map(({ what, before: old, after: young }) => `${what}: ${old} → ${young}`),
    ).toEqual(expected);
  });
});

describe('a request in words', () => {
  test('counts only what stands', () => {
    const [one] = request().consents;
    if (!one) throw new Error('the story has no consent');
    const view = request({ consents: [one, { ...one, by: 'erin', withdrawnAt: 1 }] });
    expect([standingConsents(view).length, countWords(view)]).toEqual([1, '1 of 2 consents']);
    expect(whoWords({ ...one, onBehalfOf: 'dan' })).toBe('carol for dan');
  });

  test('names what it is about', () => {
    expect(subjectWords(request())).toBe('Start rollout r-7k2m');
    expect(subjectWords(request({ subject: 'policy' }))).toBe('Change the policy');
    expect(shortDigest(request().digest)).toBe('9f2c4a7b…40f8a26b');
  });

  test('waits for me only while it is open and I may', () => {
    const found = waitingForMe([request(), request({ mayNot: 'own' }), request({ state: 'approved' })]);
    expect(found.length).toBe(1);
  });
});

describe('starting a draft', () => {
  const approval = { approval: 'a', have: 1, needed: 2, because: '' };
  test.each([
    ['without a request the server decides', null, undefined],
    ['approved goes', { ...approval, state: 'approved' as const }, undefined],
    ['one is missing', { ...approval, state: 'open' as const }, 'One more person must consent first.'],
    [
      'a void one has to be asked again',
      { ...approval, state: 'void' as const },
      'The request does not count any more; ask for consent again.',
    ],
  ])('%s', (_, given, expected) => {
    expect(startRefusal(given)).toBe(expected);
  });
});

describe('days that are passed over', () => {
  const on = (day: string, because: string) => ({ day, weekday: '', because });
  test('neighbours with one reason are one line; a gap or another reason begins a new one', () => {
    const runs = runsOf([
      on('2026-11-26', 'a'),
      on('2026-11-27', 'b'),
      on('2026-11-28', 'b'),
      on('2026-11-30', 'b'),
    ]);
    expect(runs).toEqual([
      { from: 'Thu 26 Nov', to: undefined, because: 'a' },
      { from: 'Fri 27 Nov', to: 'Sat 28 Nov', because: 'b' },
      { from: 'Mon 30 Nov', to: undefined, because: 'b' },
    ]);
  });
});
