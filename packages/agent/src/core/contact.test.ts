import type { CheckInAnswer } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal } from './journal.ts';
import type { Advance, Input, State } from './types.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const journal = initialJournal(pretendRelease('3.2.4').signed.custom);
const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
const answer: CheckInAnswer = {
  protocol: 1,
  pollAfterSeconds: 900,
  offer: { kind: 'none', because: 'Nothing.' },
};

/** Shows a device that just woke these inputs, the last at this time. */
function after(inputs: readonly Input[], random = 0.5, now = 0): Advance & { state: State } {
  let result = advance(null, { is: 'woke', journal, control, booted: 'a' }, 0, config, () => random);
  for (const input of inputs) result = advance(result.state, input, now, config, () => random);
  if (result.state === null) throw new Error('the device is off');
  return result as Advance & { state: State };
}

function waitOf({ effects }: Advance, name: string): number | undefined {
  const timer = effects.find((effect) => effect.do === 'timer' && effect.name === name);
  return timer?.do === 'timer' ? timer.delayMillis : undefined;
}

describe('a server that wants to be left alone', () => {
  test.each([0, 0.5, 0.999])(
    'is left alone for as long as it says, and a random while more (%d)',
    (random) => {
      const failed = { is: 'check-in-failed', because: 'busy', retryAfterSeconds: 300 } as const;
      const wait = waitOf(after([failed], random), 'check-in') ?? 0;
      expect(wait).toBeGreaterThanOrEqual(300_000);
      expect(wait).toBeLessThanOrEqual(320_000);
    },
  );

  test('is not told outcomes either', () => {
    const outcome = { ...told, kind: 'refused' } as const;
    const failed: Input = { is: 'outcome-failed', outcome, final: false, retryAfterSeconds: 300 };
    expect(waitOf(after([failed]), 'outcome')).toBe(310_000);
  });

  const told = {
    protocol: 1,
    offer: 'r1.u1',
    rollout: 'r1',
    running: '3.2.4',
    because: '',
    bootAttempts: 0,
    at: 0,
  } as const;
});

describe('an announcement', () => {
  const announced: Input = { is: 'announced', checkInWithinSeconds: 60 };
  const due: Input = { is: 'timer', name: 'check-in' };
  const heard: Input = { is: 'checked-in', answer, transport: 'mqtt' };

  test('that comes while a check-in is under way is kept: its answer may be older', () => {
    expect(waitOf(after([due, announced, heard]), 'check-in')).toBe(30_000);
  });

  test('that a check-in has followed is done with', () => {
    expect(waitOf(after([announced, due, heard]), 'check-in')).toBe(900_000);
  });
});
