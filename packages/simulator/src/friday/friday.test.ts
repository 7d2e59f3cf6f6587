import { beforeAll, describe, expect, test } from 'vitest';
import { type Ending, play } from './play.ts';
import { type FridayReport, simulateFriday } from './report.ts';
import { AS_IT_HAPPENED, AS_IT_SHOULD_HAVE, GOOD_FIRMWARE } from './scenarios.ts';

const DEVICES = 3_000;

describe('Friday, played with 3,000 devices', () => {
  let report: FridayReport;
  const scenario = (name: string, reading: string) => {
    const found = report.scenarios.find((one) => one.name === name && one.reading === reading);
    if (!found) throw new Error(`no ${name} ${reading}`);
    return found;
  };
  beforeAll(async () => {
    report = await simulateFriday({ seed: 7, devices: DEVICES });
  });

  test('is the same again for the same seed', async () => {
    expect(await simulateFriday({ seed: 7, devices: DEVICES })).toEqual(report);
  });

  test('as it happened: everybody takes it, the affected die and nobody heals himself', () => {
    const { exposed, harmed, bricked, selfHealedWithin10MinShare, haltedAfterHours } = scenario(
      'friday-as-it-happened',
      'consistent',
    );
    expect(exposed).toBeGreaterThan(0.99 * DEVICES);
    expect(harmed / DEVICES).toBeGreaterThan(0.13);
    expect(harmed / DEVICES).toBeLessThan(0.17);
    expect(bricked / harmed).toBeGreaterThan(0.08);
    expect(bricked / harmed).toBeLessThan(0.18);
    expect(selfHealedWithin10MinShare).toBe(0);
    expect(haltedAfterHours).toBe(20.5);
  });

  test('the two readings count the same unreached devices differently, and say so', () => {
    const printed = scenario('friday-as-it-happened', 'as-printed');
    const consistent = scenario('friday-as-it-happened', 'consistent');
    expect(consistent.technicianVisits).toBe(consistent.bricked);
    expect(printed.technicianVisits).toBeGreaterThan(5 * consistent.technicianVisits);
    expect(printed.note).not.toBe(consistent.note);
  });

  test('as it should have: halted in the first stage, everybody home in ten minutes, nobody drives', () => {
    const should = scenario('friday-as-it-should-have', 'consistent');
    expect(should.exposed).toBeLessThan(150);
    expect(should.harmed).toBeGreaterThan(2);
    expect(should.harmed).toBeLessThanOrEqual(25);
    expect(should.bricked).toBe(0);
    expect(should.technicianVisits).toBe(0);
    expect(should.selfHealedWithin10MinShare).toBeGreaterThanOrEqual(0.98);
    expect(should.haltedAfterHours).toBeLessThan(5);
    expect(should.culprit).toBe('broker = mosquitto 2.0.18');
  });
});

test('with the relay: more are back than over HTTP alone, in a day, and the list for the technician is whole', async () => {
  const { scenarios } = await simulateFriday({ seed: 7, devices: 600 });
  const told = scenarios.filter(({ name }) => name === 'friday-with-relay');
  expect(told.map(({ reading }) => reading)).toEqual(['as-printed', 'consistent']);
  const [, consistent] = told;
  const recovery = consistent?.recovery;
  const httpOnly = recovery?.peers.find(({ name }) => name.startsWith('HTTP only'));
  // A link that stays down for long keeps one that has an uplink away, too.
  expect(httpOnly?.recoveredShare).toBeGreaterThan(0.45);
  expect(httpOnly?.recoveredShare).toBeLessThanOrEqual(0.5);
  expect(recovery?.recoveredShare).toBeGreaterThan(0.6);
  expect(recovery?.hoursUntilHalf).toBeLessThan(24);
  expect(recovery?.left.devices).toHaveLength(consistent?.technicianVisits ?? -1);
  expect(scenarios.filter(({ recovery: other }) => other !== undefined)).toEqual(told);
});

test.each([1, 6, 21])(
  'one person recalls after the halt, and few are harmed whatever the dice say (seed %i)',
  (seed) => {
    const ending = play(AS_IT_SHOULD_HAVE, { seed, devices: 6_000 });
    expect(ending.timeline.some(({ what }) => what.startsWith('approvals to go back: 1'))).toBe(true);
    expect(ending.harmed).toBeLessThanOrEqual(25);
    expect(ending.bricked).toBe(0);
  },
);

describe('the world can tell good from bad', () => {
  test.each([11, 12, 13, 14])('a good release does not halt, whatever the links do (seed %i)', (seed) => {
    const ending: Ending = play(
      { ...AS_IT_SHOULD_HAVE, ends: AS_IT_SHOULD_HAVE.starts + 30 * 3_600_000 },
      { seed, devices: 2_000, release: GOOD_FIRMWARE },
    );
    expect(ending.haltedAfterHours).toBeNull();
    expect(ending.harmed).toBe(0);
    expect(ending.exposed).toBeGreaterThan(60);
    expect(ending.timeline.some(({ what }) => what.includes('passed its gate'))).toBe(true);
  });

  test('without a judge the same devices are harmed by the hundred', () => {
    const everybody = { ...AS_IT_SHOULD_HAVE, plan: AS_IT_HAPPENED.plan, judged: false };
    const ending = play(everybody, { seed: 7, devices: 2_000 });
    expect(ending.harmed).toBeGreaterThan(200);
    expect(ending.haltedAfterHours).toBeNull();
  });
});
