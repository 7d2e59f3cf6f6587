import { outcomeKindSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import {
  afterContact,
  afterCover,
  afterOutcome,
  afterSilence,
  afterSoak,
  type StoredState,
} from './member.ts';

const EXPOSED: Record<StoredState, boolean> = {
  waiting: false,
  'waiting-silent': false,
  installed: true,
  proven: true,
  failed: true,
  'rolled-back': true,
  silent: true,
  excluded: false,
  untested: false,
};
const standing = (state: StoredState) => ({ state, exposed: EXPOSED[state] });

/** installed, confirmed, refused, failed, rolled-back, unhealthy, then silence, soak. */
const TABLE: Record<StoredState, string> = {
  waiting: 'installed installed failed failed rolled-back failed waiting-silent waiting',
  'waiting-silent': 'installed installed failed failed rolled-back failed waiting-silent waiting-silent',
  installed: 'installed installed installed installed rolled-back failed silent proven',
  proven: 'proven proven proven proven rolled-back failed silent proven',
  failed: 'installed installed failed failed rolled-back failed failed failed',
  'rolled-back': 'installed installed rolled-back rolled-back rolled-back failed rolled-back rolled-back',
  silent: 'installed installed silent silent rolled-back failed silent silent',
  excluded: 'excluded excluded excluded excluded excluded excluded excluded excluded',
  // An offer that was made before it was held may still come through.
  untested: 'installed installed failed failed rolled-back failed untested untested',
};

/** Contact: runs it, runs it unhealthy, does not run it, went back. */
const CONTACT: Record<StoredState, string> = {
  waiting: 'installed installed waiting rolled-back',
  'waiting-silent': 'installed installed waiting rolled-back',
  installed: 'installed installed installed rolled-back',
  proven: 'proven failed proven rolled-back',
  failed: 'failed failed failed rolled-back',
  'rolled-back': 'rolled-back rolled-back rolled-back rolled-back',
  silent: 'installed installed failed rolled-back',
  excluded: 'excluded excluded excluded excluded',
  untested: 'installed installed untested rolled-back',
};

describe('a member', () => {
  test.each(Object.keys(TABLE) as StoredState[])('that is %s moves as reviewed', (state) => {
    const from = standing(state);
    const moves = outcomeKindSchema.options.map((kind) => afterOutcome(from, kind));
    const all = [...moves, afterSilence(from), afterSoak(from)].map((to) => to.state);
    expect(all.join(' ')).toBe(TABLE[state]);
    const facts = [
      { runsRelease: true, wentBack: false, healthy: true },
      { runsRelease: true, wentBack: false, healthy: false },
      { runsRelease: false, wentBack: false, healthy: true },
      { runsRelease: false, wentBack: true, healthy: true },
    ];
    expect(facts.map((fact) => afterContact(from, fact).state).join(' ')).toBe(CONTACT[state]);
  });

  test('that was silent before its offer and does not run the release waits again', () => {
    const facts = { runsRelease: false, wentBack: false, healthy: true };
    expect(afterContact({ state: 'silent', exposed: false }, facts).state).toBe('waiting');
  });

  test('that was excluded is known to run the release, so that it is sent back', () => {
    const runs = { runsRelease: true, wentBack: false, healthy: true };
    expect(afterContact(standing('excluded'), runs)).toEqual({ state: 'excluded', exposed: true });
    expect(afterOutcome(standing('excluded'), 'installed').exposed).toBe(true);
    expect(afterOutcome(standing('excluded'), 'refused').exposed).toBe(false);
  });

  test('that was exposed stays exposed', () => {
    for (const kind of outcomeKindSchema.options)
      expect(afterOutcome(standing('installed'), kind).exposed).toBe(true);
  });
});

describe('what is known about its environment', () => {
  test.each<[StoredState, StoredState, StoredState]>([
    ['waiting', 'untested', 'waiting'],
    ['waiting-silent', 'untested', 'waiting-silent'],
    ['untested', 'untested', 'waiting'],
    ['excluded', 'excluded', 'excluded'],
    ['installed', 'installed', 'installed'],
    ['failed', 'failed', 'failed'],
  ])('makes of a member that is %s one that is %s, or %s when it is covered', (state, uncovered, covered) => {
    expect(afterCover(standing(state), false).state).toBe(uncovered);
    expect(afterCover(standing(state), true).state).toBe(covered);
  });
});
