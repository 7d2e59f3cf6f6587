/** What takes too long for everyday: a kernel that panics, a machine that hangs, and a plug that is pulled. */
import { afterEach, describe, expect, test } from 'vitest';
import { BootFleet, type Variant } from './boot-fleet.ts';
import { printSerialLogs } from './serial-log.ts';
import { stateIn, type Story, tellStories } from './story.ts';

const fleets: BootFleet[] = [];
afterEach(async () => {
  for (const fleet of fleets.splice(0)) await fleet.remove();
});

async function fleetOf(...variants: Variant[]): Promise<BootFleet> {
  const fleet = await BootFleet.make(variants);
  fleets.push(fleet);
  return fleet;
}

const THREE_ATTEMPTS = [
  { slot: 'a', trial: 0, attempts: 0 },
  { slot: 'b', trial: 1, attempts: 1 },
  { slot: 'b', trial: 1, attempts: 2 },
  { slot: 'b', trial: 1, attempts: 3 },
];

/** The end of every story: back on 3.2.4 and told so, then 3.2.6 and nothing else. */
function expectBackAndOn({ back, end, startsOfGood }: Story, bad: string): void {
  expect(stateIn(back, bad)).toBe('rolled-back');
  expect(back.report).toMatchObject({ active: 'a', slots: { a: { state: 'confirmed', version: '3.2.4' } } });
  expect(startsOfGood).toEqual([{ slot: 'b', trial: 1, attempts: 1 }]);
  expect(end.report).toMatchObject({
    active: 'b',
    slots: { b: { state: 'confirmed', version: '3.2.6' } },
    rolledBackFrom: ['3.2.5'],
  });
}

describe('3.2.5 that never lets its agent decide', () => {
  test('is given up by U-Boot after three panics, and after three times of the watchdog', async () => {
    const fleet = await fleetOf('panic', 'hang');
    const { rollouts, stories } = await printSerialLogs(fleet, () => tellStories(fleet));
    for (const [variant, story] of stories) {
      expect(story.startsOfBad, variant).toEqual([...THREE_ATTEMPTS, { slot: 'a', trial: 2, attempts: 3 }]);
      expectBackAndOn(story, rollouts.bad);
    }
    const panic = stories.get('panic');
    expect(panic?.serial.match(/Kernel panic - not syncing: sysrq triggered crash/g)).toHaveLength(3);
    expect(panic?.resets).toEqual(['unknown', 'asked', 'panic', 'panic', 'panic', 'asked']);
    const hang = stories.get('hang');
    expect(hang?.resets).toEqual(['unknown', 'asked', 'watchdog', 'watchdog', 'watchdog', 'asked']);
  });
});

describe('a plug that is pulled', () => {
  test('during the download, during the staging and during a boot attempt: the device goes on, and the attempt counts', async () => {
    const fleet = await fleetOf('crash');
    const machine = fleet.machine('crash');
    const cut = async (): Promise<void> => {
      await machine.pullThePlug();
      machine.powerOn();
    };
    const whileBad = async (): Promise<void> => {
      for (const step of ['downloading', 'staging'] as const) {
        await fleet.until('crash', ({ progress }) => progress?.step === step);
        await cut();
      }
      await machine.says(/tuesday: slot b, trial 1, attempts 2/);
      await cut();
    };
    const { rollouts, stories } = await printSerialLogs(fleet, () => tellStories(fleet, { whileBad }));
    const story = stories.get('crash');
    if (story === undefined) throw new Error('the machine has no story');
    // Two cuts before the leap; then three attempts, of which the second was cut.
    const again = { slot: 'a', trial: 0, attempts: 0 };
    expect(story.startsOfBad).toEqual([again, again, ...THREE_ATTEMPTS, again]);
    expect(story.resets.filter((reset) => reset === 'brown-out')).toHaveLength(3);
    expect(story.back.report?.updates).toBe(1);
    expectBackAndOn(story, rollouts.bad);
  });
});
