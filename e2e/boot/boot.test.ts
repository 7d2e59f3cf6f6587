/**
 * A thermostat that really boots: U-Boot, Linux and the agent in an emulated arm64 machine, against the real control
 * plane. What takes longer is in `boot.slow.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BootFleet, type Variant } from './boot-fleet.ts';
import { stateIn, type Rollouts, type Story, tellStories } from './story.ts';
import { printSerialLogs } from './serial-log.ts';

/** Each costs a minute and a half of a processor: `npm run test:boot` plays both, every day plays the first. */
const VARIANTS: readonly Variant[] =
  process.env['TUESDAY_BOOT'] === 'all' ? ['crash', 'unbootable'] : ['crash'];

let fleet: BootFleet | undefined;
let rollouts: Rollouts;
let stories: ReadonlyMap<Variant, Story>;

beforeAll(async () => {
  fleet = await BootFleet.make(VARIANTS);
  const made = fleet;
  ({ rollouts, stories } = await printSerialLogs(made, () => tellStories(made)));
}, 900_000);
afterAll(async () => fleet?.remove());

const storyOf = (variant: Variant): Story => {
  const story = stories.get(variant);
  if (story === undefined) throw new Error(`no story of ${variant}`);
  return story;
};

describe.each(VARIANTS)('3.2.5 that is a %s', (variant) => {
  test('is started three times, counted by U-Boot, before slot a starts again', () => {
    const { startsOfBad } = storyOf(variant);
    expect(startsOfBad.slice(0, 4)).toEqual([
      { slot: 'a', trial: 0, attempts: 0 },
      { slot: 'b', trial: 1, attempts: 1 },
      { slot: 'b', trial: 1, attempts: 2 },
      { slot: 'b', trial: 1, attempts: 3 },
    ]);
    expect(startsOfBad[4]).toMatchObject({ slot: 'a' });
  });

  test('is not offered again while it is still rolled out', () => {
    const { startsOfBad, back } = storyOf(variant);
    expect(startsOfBad).toHaveLength(5);
    expect(back.report?.updates).toBe(1);
  });

  test('is told to the server as rolled back, with the reason', () => {
    const { back } = storyOf(variant);
    const because = {
      crash: '3 of 3 boot attempts of 3.2.5 failed, last with 0x45.',
      unbootable: '3 of 3 boot attempts of 3.2.5 failed.',
    }[variant as 'crash' | 'unbootable'];
    const told = back.memberships.find((membership) => membership.rollout === rollouts.bad);
    expect(told).toMatchObject({ state: 'rolled-back', because });
    expect(back.report).toMatchObject({
      active: 'a',
      slots: { a: { state: 'confirmed', version: '3.2.4' } },
    });
  });

  test('leaves a device that takes 3.2.6, boots it once and confirms it', () => {
    const { startsOfGood, end } = storyOf(variant);
    expect(startsOfGood).toEqual([{ slot: 'b', trial: 1, attempts: 1 }]);
    expect(end.report).toMatchObject({
      active: 'b',
      slots: { a: { state: 'confirmed', version: '3.2.4' }, b: { state: 'confirmed', version: '3.2.6' } },
      health: { ok: true },
      rolledBackFrom: ['3.2.5'],
      updates: 2,
    });
    expect(stateIn(end, rollouts.good)).toBe('installed');
  });
});

test.each(VARIANTS.filter((variant) => variant === 'unbootable'))(
  'U-Boot alone gives up an image that is %s: it never reaches Linux',
  (variant) => {
    const { serial, startsOfBad, resets } = storyOf(variant);
    expect(startsOfBad[4]).toEqual({ slot: 'a', trial: 2, attempts: 3 });
    expect(serial).not.toMatch(/INIT up .* 3\.2\.5/);
    // Its restart was asked for, but that was three starts ago.
    expect(resets).toEqual(['unknown', 'unknown', 'asked']);
  },
);

test('the agent gives a release up that crashes, after U-Boot has counted three', () => {
  const { serial, startsOfBad, resets } = storyOf('crash');
  expect(startsOfBad[4]).toEqual({ slot: 'a', trial: 0, attempts: 0 });
  expect(serial.match(/INIT up .* 3\.2\.5/g)).toHaveLength(3);
  expect(resets).toEqual(['unknown', 'asked', 'asked', 'asked', 'asked', 'asked']);
});
