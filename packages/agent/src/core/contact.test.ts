import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal, type Journal, readJournal } from './journal.ts';
import type { Advance, Input, ResetReason, State } from './types.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const HOUR = 3_600_000;
const factory = initialJournal(pretendRelease('3.2.4').signed.custom);
const spread = (seconds: number): Journal => ({ ...factory, reconnectWithinSeconds: seconds });

function woken(journal: Journal, random = 0.5, reset?: ResetReason): Advance {
  const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
  const woke = {
    is: 'woke',
    journal,
    control,
    booted: 'a',
    ...(reset === undefined ? {} : { reset }),
  } as const;
  return advance(null, woke, 0, config, () => random);
}

const delayOf = ({ effects }: Advance) =>
  effects.find((effect) => effect.do === 'timer' && effect.name === 'check-in') as { delayMillis: number };
const answer = (reconnectWithinSeconds?: number): Input => ({
  is: 'checked-in',
  transport: 'http',
  answer: {
    protocol: 1,
    pollAfterSeconds: 900,
    offer: { kind: 'none', because: 'nothing' },
    ...(reconnectWithinSeconds === undefined ? {} : { reconnectWithinSeconds }),
  },
});
const hear = (state: State | null, input: Input, now = 0, random = 0.5) =>
  advance(state, input, now, config, () => random);
const failed = (retryAfterMillis?: number): Input => ({
  is: 'check-in-failed',
  because: 'x',
  retryAfterMillis,
});

describe('the spread that the server names', () => {
  test('is kept when it is new, and only then', () => {
    const first = hear(woken(factory).state, answer(220));
    expect(first.effects).toContainEqual({ do: 'persist', journal: spread(220) });
    const again = hear(first.state, answer(220));
    expect(again.effects.filter((effect) => effect.do === 'persist')).toEqual([]);
    expect(hear(first.state, answer()).state?.journal.reconnectWithinSeconds).toBe(220);
  });

  test('is read from the journal, and a journal from before it is read as well', () => {
    expect(readJournal(JSON.parse(JSON.stringify(spread(220))))).toEqual(spread(220));
    expect(readJournal(JSON.parse(JSON.stringify(factory)))).toEqual(factory);
  });

  test.each<[sentence: string, journal: Journal, reset: ResetReason | undefined, expected: number]>([
    ['without one comes within the usual span', factory, 'unknown', 30_000],
    ['after a power cut comes within the spread', spread(220), 'brown-out', 220_000],
    ['for an unknown reason, too', spread(220), undefined, 220_000],
    ['after a reboot of its own comes within the usual span', spread(220), 'asked', 30_000],
    ['never comes sooner than usual', spread(1), 'unknown', 30_000],
  ])('the first check-in %s', (_, journal, reset, span) => {
    for (const random of [0, 0.5, 0.999])
      expect(delayOf(woken(journal, random, reset)).delayMillis).toBe(60_000 + Math.round(span * random));
  });

  test('holds one attempt after a failure, whatever the failures before', () => {
    let { state } = woken(spread(220));
    let [now, end, frames] = [0, 0, 0];
    for (let failures = 1; failures <= 12; failures++) {
      const next = hear(state, failed(), now, 0);
      now += delayOf(next).delayMillis;
      expect(now).toBeGreaterThanOrEqual(end);
      end = now + 220_000;
      frames += 1;
      ({ state } = next);
    }
    expect(frames).toBe(12);
    expect(delayOf(hear(state, failed(), now, 1)).delayMillis).toBeLessThanOrEqual(2 * HOUR);
  });
});

describe('a server that sheds load', () => {
  test.each<[sentence: string, millis: number | undefined, from: number, to: number]>([
    ['says nothing', undefined, 0, 20_000],
    ['says less than the back-off', 1_000, 0, 20_000],
    ['says ten minutes', 600_000, 600_000, 900_000],
    ['says a month, and gets the cap', 30 * 86_400_000, HOUR, 1.5 * HOUR],
    ['says nonsense', -5, 0, 20_000],
  ])('and %s', (_, millis, from, to) => {
    const waits = [0, 0.25, 0.999].map(
      (random) => delayOf(hear(woken(factory).state, failed(millis), 0, random)).delayMillis,
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...waits)).toBeLessThanOrEqual(to);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  test('is obeyed for outcomes, too', () => {
    const outcome = {
      protocol: 1,
      offer: 'r.u1',
      rollout: 'r',
      kind: 'confirmed',
      running: '3.2.4',
      because: 'it runs',
      bootAttempts: 0,
      at: 0,
    } as const;
    const { state } = woken({ ...factory, outbox: [outcome] });
    const said = { is: 'outcome-failed', outcome, final: false, retryAfterMillis: 600_000 } as const;
    const { effects } = hear(state, said, 0, 0);
    expect(effects).toContainEqual({ do: 'timer', name: 'outcome', delayMillis: 600_000 });
  });
});

describe('an announcement', () => {
  const announced: Input = { is: 'announced', checkInWithinSeconds: 60 };
  const due: Input = { is: 'timer', name: 'check-in' };

  /** The wait that the last of these inputs leaves. */
  function waitAfter(...inputs: Input[]): number {
    let result = woken(factory);
    for (const input of inputs) result = hear(result.state, input);
    return delayOf(result).delayMillis;
  }

  test('that comes while a check-in is under way is kept: its answer may be older', () => {
    expect(waitAfter(due, announced, answer())).toBe(30_000);
  });

  test('that a check-in has followed is done with', () => {
    expect(waitAfter(announced, due, answer())).toBe(900_000);
  });
});
