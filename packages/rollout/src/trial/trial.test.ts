import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Happening, LAYOUT, several, trialOf } from '../testing/trials.ts';
import { beliefOf, ratiosOf, toleranceOf } from './evidence-value.ts';
import { readTrial } from './reading.ts';
import {
  CHANNELS,
  CONTROL,
  type FollowedChannel,
  OFFERED,
  TALLIES,
  type Tally,
  weightsOf,
} from './slices.ts';
import { frameOf } from './sums.ts';
import { Trial } from './trial.ts';

const HALT = Math.log(100);
const on18 = [0, 2, 3];
const on15 = [0, 1, 4];
const of = (arm: 0 | 1, slices: readonly number[], tally: Tally, bucket: number): Happening => ({
  bucket,
  stage: 0,
  arm,
  slices,
  tally,
});
/** Everybody of stage 0, and a control, in contact after their install. */
const entered = [
  ...several(20, of(OFFERED, on18, 'entered', 0)),
  ...several(100, of(OFFERED, on15, 'entered', 0)),
  ...several(1_800, of(CONTROL, on18, 'entered', 0)),
  ...several(9_000, of(CONTROL, on15, 'entered', 0)),
];
const weighted = (happenings: readonly Happening[]) => trialOf([...entered, ...happenings]).logWeighted();

/** The same evidence by the formula as it stands in the paper, in plain numbers, a product over buckets. */
function reference(happenings: readonly Happening[], channel: FollowedChannel, slice: number): number {
  const last = Math.max(...happenings.map(({ bucket }) => bucket));
  const count = (arm: number, tally: Tally, from: number, to: number) =>
    happenings.filter(
      (one) =>
        one.arm === arm &&
        one.tally === tally &&
        one.bucket >= from &&
        one.bucket <= to &&
        one.slices.includes(slice),
    ).length;
  let sum = 0;
  ratiosOf(channel).forEach((ratio, index) => {
    let product = 1;
    for (let bucket = 0; bucket <= last; bucket++) {
      const offered = count(1, 'entered', 0, bucket) - count(1, channel, 0, bucket - 1);
      const control = count(0, 'entered', 0, bucket - 1) - count(0, channel, 0, bucket);
      const [x, d] = [count(1, channel, bucket, bucket), count(0, channel, bucket, bucket)];
      const share =
        (offered * toleranceOf(channel)) / (offered * toleranceOf(channel) + Math.max(0, control));
      if (x + d > 0) product *= ratio ** x / (1 + share * (ratio - 1)) ** (x + d);
    }
    sum += Math.exp(beliefOf(channel)[index] ?? 0) * product;
  });
  return Math.log(sum);
}

const someEvents = fc.array(
  fc.record({
    bucket: fc.integer({ min: 1, max: 6 }),
    arm: fc.constantFrom(CONTROL, OFFERED),
    slices: fc.constantFrom(on18, on15),
    tally: fc.constantFrom<Tally>('trouble', 'silence-1', 'silence-3'),
  }),
  { minLength: 1, maxLength: 14 },
);
const placed = someEvents.map((events) => events.map((event) => ({ ...event, stage: 0 })));

describe('the evidence of a trial', () => {
  test('agrees with the formula to 1e-9', () => {
    let reached = 0;
    fc.assert(
      fc.property(
        placed,
        fc.constantFrom('trouble', 'silence-1', 'silence-3'),
        fc.constantFrom(0, 1, 2),
        (events, channel, slice) => {
          const trial = trialOf([...entered, ...events]);
          const ours = trial.logEvidence(0, CHANNELS.indexOf(channel), slice);
          expect(Math.abs(ours - reference([...entered, ...events], channel, slice))).toBeLessThan(1e-9);
          if (Math.abs(ours) > 0.1) reached++;
        },
      ),
      { numRuns: 300, seed: 11 },
    );
    expect(reached).toBeGreaterThan(100);
  });

  test('is the same in whatever order and portions the reports of a bucket arrive', () => {
    fc.assert(
      fc.property(placed, fc.infiniteStream(fc.nat()), (events, order) => {
        const shuffled = events
          .map((event) => ({ event, key: order.next().value }))
          .toSorted((a, b) => a.key - b.key);
        expect(weighted(shuffled.map(({ event }) => event))).toBe(weighted(events));
      }),
      { numRuns: 200, seed: 12 },
    );
  });

  test('never falls when one more offered device goes wrong', () => {
    let grew = 0;
    fc.assert(
      fc.property(
        placed,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom<Tally>('trouble', 'silence-1'),
        (events, bucket, tally) => {
          const before = weighted(events);
          const after = weighted([...events, of(OFFERED, on18, tally, bucket)]);
          expect(after).toBeGreaterThanOrEqual(before - 1e-9);
          if (after > before + 1e-9) grew++;
        },
      ),
      { numRuns: 300, seed: 13 },
    );
    expect(grew).toBeGreaterThan(100);
  });

  test('never rises when one more control device goes wrong', () => {
    let fell = 0;
    fc.assert(
      fc.property(placed, fc.integer({ min: 1, max: 6 }), (events, bucket) => {
        const before = trialOf([...entered, ...events]).logEvidence(0, 0, 0);
        const after = trialOf([...entered, ...events, of(CONTROL, on15, 'trouble', bucket)]).logEvidence(
          0,
          0,
          0,
        );
        expect(after).toBeLessThanOrEqual(before + 1e-9);
        if (after < before - 1e-9) fell++;
      }),
      { numRuns: 200, seed: 14 },
    );
    expect(fell).toBeGreaterThan(50);
  });

  test('is never above that of the true order of events inside a bucket', () => {
    let reached = 0;
    const order = fc.array(fc.constantFrom<0 | 1>(CONTROL, OFFERED), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(order, (arms) => {
        const ours = trialOf([...entered, ...arms.map((arm) => of(arm, on15, 'trouble', 1))]).logEvidence(
          0,
          0,
          0,
        );
        let [offered, control] = [120, 10_800];
        const sums = ratiosOf('trouble').map((_, index) => beliefOf('trouble')[index] ?? 0);
        for (const arm of arms) {
          ratiosOf('trouble').forEach((ratio, index) => {
            const growth = Math.log((offered * ratio + control) / (offered + control));
            sums[index] = (sums[index] as number) + (arm === OFFERED ? Math.log(ratio) : 0) - growth;
          });
          if (arm === OFFERED) offered--;
          else control--;
        }
        const exact = Math.log(sums.reduce((sum, one) => sum + Math.exp(one), 0));
        expect(ours).toBeLessThanOrEqual(exact + 1e-9);
        if (arms.includes(OFFERED) && arms.includes(CONTROL)) reached++;
      }),
      { numRuns: 300, seed: 15 },
    );
    expect(reached).toBeGreaterThan(100);
  });
});

describe('an outage', () => {
  test('that hits both arms alike is no evidence', () => {
    const outage = [
      ...several(50, of(OFFERED, on15, 'silence-1', 5)),
      ...several(4_500, of(CONTROL, on15, 'silence-1', 5)),
    ];
    expect(weighted(outage)).toBeLessThan(0);
  });

  test('that hits the offered devices only halts', () => {
    expect(weighted(several(6, of(OFFERED, on15, 'silence-1', 5)))).toBeGreaterThan(HALT);
  });
});

test('under relabelled arms the halting bound is crossed in at most 1.5 % of 2,000 cases', () => {
  let state = 4_711;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let crossed = 0;
  for (let round = 0; round < 2_000; round++) {
    // Which devices fail, and when, is fixed; who of them was offered is drawn.
    const trial = trialOf(entered);
    let [offered, all, most] = [120, 10_920, -Infinity];
    for (let bucket = 1; bucket <= 60; bucket++) {
      const arm = random() < offered / all ? OFFERED : CONTROL;
      trial.countDevice(0, arm, 0, random() < 1 / 6 ? on18 : on15, TALLIES.indexOf('trouble'));
      trial.closeBucket(bucket);
      if (arm === OFFERED) offered--;
      all--;
      most = Math.max(most, trial.logWeighted());
    }
    if (most >= HALT) crossed++;
  }
  expect(crossed / 2_000).toBeLessThanOrEqual(0.015);
});

describe('the error budget', () => {
  test('is spent once: all weights of the fixed layout add up to at most one', () => {
    const weights = weightsOf(LAYOUT);
    let sum = 0;
    for (let stage = 0; stage < 2; stage++)
      for (let channel = 0; channel < CHANNELS.length; channel++)
        for (let slice = 0; slice < LAYOUT.slices.length; slice++)
          sum += Math.exp(weights.log(stage, channel, slice));
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
    expect(sum).toBeGreaterThan(0.9);
  });

  test('has nothing for values with too few devices', () => {
    const few = {
      ...LAYOUT,
      cohorts: [
        [120, 100, 2, 60, 60],
        [1_080, 900, 1, 540, 540],
        [10_800, 9_000, 1, 5_400, 5_400],
      ],
    };
    expect(weightsOf(few).testable(0, 2)).toBe(false);
    expect(weightsOf(few).log(0, 0, 2)).toBe(-Infinity);
    expect(weightsOf(LAYOUT).testable(0, 2)).toBe(true);
  });
});

describe('counters that cannot be true', () => {
  test.each<[string, (trial: Trial) => void, string]>([
    [
      'more left than were there',
      (trial) => trial.count(0, OFFERED, 0, 0, TALLIES.indexOf('trouble'), 3),
      'left where fewer were',
    ],
    ['a negative count', (trial) => trial.count(0, OFFERED, 0, 0, 2, -1), 'is -1'],
    ['half a device', (trial) => trial.count(0, OFFERED, 0, 0, 2, 0.5), 'is 0.5'],
    ['not a number', (trial) => trial.count(0, OFFERED, 0, 0, 2, NaN), 'is NaN'],
    ['a value that nobody declared', (trial) => trial.count(0, OFFERED, 0, 99, 2, 1), 'slice 99'],
    ['a stage that the plan does not have', (trial) => trial.count(7, OFFERED, 0, 0, 2, 1), 'stage 7'],
    [
      'more failed installs than attempts',
      (trial) => trial.count(0, OFFERED, 0, 0, 1, 2),
      'failed to install than tried',
    ],
  ])('%s: the trial says so and goes on', (_, spoil, words) => {
    const trial = new Trial(frameOf(LAYOUT));
    spoil(trial);
    trial.closeBucket(1);
    expect(trial.wrong).toContain(words);
    expect(readTrial(trial).lines.every(({ logWeighted }) => !Number.isNaN(logWeighted))).toBe(true);
  });

  test('a bucket that comes twice, or before the last', () => {
    const trial = new Trial(frameOf(LAYOUT));
    trial.closeBucket(5);
    trial.closeBucket(4);
    expect(trial.wrong).toContain('time went backwards');
  });
});

describe('numbers at the limit', () => {
  test.each<[string, number, number, number, number]>([
    ['one device', 1, 0, 1, 0],
    ['nobody to compare with', 100, 0, 100, 0],
    ['nobody offered', 0, 1_000, 0, 10],
    ['a million offered that all fail', 1_000_000, 20_000, 1_000_000, 0],
    ['a million that all fail on both sides', 1_000_000, 1_000_000, 1_000_000, 1_000_000],
  ])(
    '%s: no NaN, and evidence only with somebody to compare with',
    (_, offered, control, failing, failingControl) => {
      const trial = new Trial(frameOf(LAYOUT));
      for (const tally of ['attempted', 'entered'] as const) {
        trial.count(0, OFFERED, 0, 0, TALLIES.indexOf(tally), offered);
        trial.count(0, CONTROL, 0, 0, TALLIES.indexOf(tally), control);
      }
      trial.closeBucket(0);
      trial.count(0, OFFERED, 0, 0, TALLIES.indexOf('trouble'), failing);
      trial.count(0, CONTROL, 0, 0, TALLIES.indexOf('trouble'), failingControl);
      trial.closeBucket(1);
      const said = readTrial(trial);
      expect(said.lines.some(({ logEvidence, logContrast }) => Number.isNaN(logEvidence + logContrast))).toBe(
        false,
      );
      expect(said.logWeighted >= HALT).toBe(control === 20_000);
    },
  );
});

test('an attribute with 10,000 values neither crashes nor passes for evidence', () => {
  const slices = [
    { attribute: '', value: '' },
    ...Array.from({ length: 10_000 }, (_, index) => ({ attribute: 'serial', value: `s${index}` })),
  ];
  const cohorts = [
    slices.map((_, index) => (index === 0 ? 100 : 1)),
    slices.map((_, index) => (index === 0 ? 9_900 : 1)),
  ];
  const trial = new Trial(frameOf({ slices, strata: [''], cohorts, metrics: false }));
  trial.countDevice(0, OFFERED, 0, [0, 7], TALLIES.indexOf('entered'));
  trial.closeBucket(0);
  trial.countDevice(0, OFFERED, 0, [0, 7], TALLIES.indexOf('trouble'));
  trial.closeBucket(1);
  expect(readTrial(trial).untestable.length).toBe(10_000);
  expect(trial.logWeighted()).toBeLessThan(0);
});

test('a copy with the open bucket closed says what the trial will say, and leaves it alone', () => {
  const trial = trialOf(entered);
  for (let one = 0; one < 4; one++) trial.countDevice(0, OFFERED, 0, on18, TALLIES.indexOf('trouble'));
  const before = trial.logWeighted();
  const copy = trial.copy();
  copy.closeBucket(1);
  expect(trial.logWeighted()).toBe(before);
  trial.closeBucket(1);
  expect(trial.logWeighted()).toBe(copy.logWeighted());
  expect(trial.logWeighted()).toBeGreaterThan(before);
});

describe('failed installs', () => {
  const attempts = (control: number) => [
    ...several(100, of(OFFERED, on15, 'attempted', 0)),
    ...several(control, of(CONTROL, on15, 'attempted', 0)),
  ];
  const lost = (arm: 0 | 1, devices: number) => several(devices, of(arm, on15, 'not-installed', 3));
  test('of one in ten halt', () => {
    expect(trialOf([...attempts(9_000), ...lost(OFFERED, 10)]).logWeighted()).toBeGreaterThan(HALT);
  });
  test('do not when the control is lost as often in the same hours', () => {
    expect(
      trialOf([...attempts(9_000), ...lost(OFFERED, 10), ...lost(CONTROL, 900)]).logWeighted(),
    ).toBeLessThan(0);
  });
  test('never pause', () => {
    expect(trialOf([...attempts(9_000), ...lost(OFFERED, 30)]).logPausing()).toBeLessThan(0);
  });
});
