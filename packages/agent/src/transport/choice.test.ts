import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answered, failed, order, probe, type RungHealth, seen, undated, UNTRIED } from './choice.ts';

const STEADY = 1_800;
const up = (more: Partial<RungHealth> = {}): RungHealth => ({ ...UNTRIED, upSince: 0, ...more });

describe('the order of rungs', () => {
  test.each<[sentence: string, rungs: RungHealth[], expected: number[]]>([
    ['the best first', [up(), up()], [0, 1]],
    ['one that is down is left out', [UNTRIED, up()], [1]],
    ['one that failed comes last', [failed(up(), 5), up()], [1, 0]],
    [
      'of two that failed the one that answered later comes first',
      [failed(up({ answeredAt: 1 }), 5), failed(up({ answeredAt: 2 }), 3)],
      [1, 0],
    ],
    ['one that lost its connection is not trusted', [seen(up(), 7, 8), up()], [1, 0]],
    ['one that comes up for the first time is', [seen(UNTRIED, 7, 8), up()], [0, 1]],
    ['nothing is up', [UNTRIED], []],
  ])('%s', (_, rungs, expected) => {
    expect(order(rungs)).toEqual(expected);
  });

  test('a rung is trusted again only when it was steady and then answered', () => {
    const fallen = failed(up(), 100);
    expect(answered(fallen, 100 + STEADY - 1, STEADY).trusted).toBe(false);
    expect(answered(fallen, 100 + STEADY, STEADY).trusted).toBe(true);
    expect(probe([fallen, up()], 1, 100 + STEADY - 1, STEADY)).toBeUndefined();
    expect(probe([fallen, up()], 1, 100 + STEADY, STEADY)).toBe(0);
    expect(probe([up(), fallen], 0, 100 + STEADY, STEADY)).toBeUndefined();
  });

  test('a clock that is moved back a year costs one steady span, not a year', () => {
    const year = 365 * 86_400_000;
    const fallen = undated(failed(up(), year), 0);
    expect(answered(fallen, STEADY, STEADY).trusted).toBe(true);
  });
});

/** One rung's true life: alive or dead by turns, milliseconds each, alive first. */
type Life = readonly number[];

interface Run {
  /** Requests that went to a dead rung while another one that is up would have answered. */
  readonly wasted: number[];
  /** Requests that nobody answered although a living rung was up. */
  readonly lost: number;
  /** Rungs that answered, by poll. */
  readonly by: Array<number | undefined>;
  readonly span: number;
}

const POLL = 900;
const POLLS = 200;

/**
 * Polls through random lives. A dead rung with a connection (`hidden`) still claims to be up: a request finds
 * out, by a time-out. Only HTTP, the last, always claims so.
 */
function live(lives: readonly Life[], hidden: boolean): Run {
  const stateAt = (life: Life, time: number): { alive: boolean; since: number } => {
    let from = 0;
    for (const [index, length] of life.entries()) {
      if (time < from + length) return { alive: index % 2 === 0, since: from };
      from += length;
    }
    return { alive: true, since: from };
  };
  let rungs = lives.map(() => UNTRIED);
  const wasted = lives.map(() => 0);
  const by: Array<number | undefined> = [];
  let lost = 0;
  const ask = (index: number, now: number): boolean => {
    const { alive } = stateAt(lives[index] as Life, now);
    const health = rungs[index] as RungHealth;
    rungs = rungs.with(index, alive ? answered(health, now, STEADY) : failed(health, now));
    return alive;
  };
  for (let poll = 1; poll <= POLLS; poll++) {
    const now = poll * POLL;
    const truth = lives.map((life) => stateAt(life, now));
    rungs = rungs.map((health, index) => {
      const { alive, since } = truth[index] as { alive: boolean; since: number };
      const claims = alive || hidden || index === lives.length - 1;
      return seen(
        undated(health, now),
        claims ? (alive ? since : (health.upSince ?? since)) : undefined,
        now,
      );
    });
    const anyAlive = truth.some(({ alive }) => alive);
    let answeredBy: number | undefined;
    for (const index of order(rungs)) {
      if (ask(index, now)) {
        answeredBy = index;
        break;
      }
      if (anyAlive) wasted[index] = (wasted[index] ?? 0) + 1;
    }
    by.push(answeredBy);
    if (answeredBy === undefined) {
      if (anyAlive) lost += 1;
      continue;
    }
    const probed = probe(rungs, answeredBy, now, STEADY);
    if (probed !== undefined) ask(probed, now);
  }
  return { wasted, lost, by, span: POLL * POLLS };
}

describe('over random lives of two rungs', () => {
  const life = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 30 });
  const flapping = fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 50, maxLength: 300 });
  const lives = fc.tuple(fc.oneof(life, flapping), fc.oneof(life, flapping));

  test.each([
    ['a connection that is dead shows it', false],
    ['it hides it until a request times out', true],
  ])('requests are lost only with all rungs, and few are wasted: %s', (_sentence, hidden) => {
    let [wasted, back] = [0, 0];
    fc.assert(
      fc.property(lives, (drawn) => {
        const run = live(drawn, hidden);
        expect(run.lost).toBe(0);
        for (const count of run.wasted) expect(count).toBeLessThanOrEqual(1 + run.span / STEADY);
        wasted += run.wasted.reduce((sum, count) => sum + count, 0);
        // Alive for good from here on: first again after the steady span and two polls.
        const settled = drawn[0].reduce((sum, length) => sum + length, 0);
        const first = Math.ceil((settled + STEADY) / POLL) + 2;
        if (drawn[0].length < 2 || first > POLLS) return;
        back += 1;
        expect(new Set(run.by.slice(first))).toEqual(new Set(first < POLLS ? [0] : []));
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(back).toBeGreaterThan(100);
    expect(wasted).toBeGreaterThan(100);
  });

  test('a broker that flaps faster than the steady span wastes at most one request', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: STEADY - 1 }), { minLength: 250, maxLength: 300 }),
        (drawn) => {
          // It is dead and alive by turns to the end, and HTTP lives.
          const to = drawn.reduce((sum, length) => sum + length, 0);
          const run = live([to > POLL * POLLS ? drawn : [...drawn, ...drawn, ...drawn], []], false);
          expect(run.wasted[0]).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });
});
