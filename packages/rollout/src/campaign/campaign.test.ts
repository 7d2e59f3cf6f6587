import {
  campaignRoadSchema,
  campaignStandingSchema,
  healedBySchema,
  type TargetCustom,
} from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitOf, type FitFacts } from './fit.ts';
import { firstOpen, type RoadFacts, roadsTo } from './roads.ts';
import { standingIn, type StandingFacts } from './standing.ts';

const HOUR = 3_600_000;
const custom = (version: string, more: Partial<TargetCustom> = {}): TargetCustom => ({
  tuesday: 1,
  version,
  hardware: 'th-2',
  securityVersion: 0,
  ...more,
});
const recovery = (more: Partial<TargetCustom> = {}) =>
  new Map([['th-2', custom('3.2.6', { recovery: true, ...more })]]);
const device: FitFacts = {
  release: '3.2.6',
  hardware: 'th-2',
  signed: recovery(),
  running: custom('3.2.5', { securityVersion: 2 }),
  version: '3.2.5',
  rolledBackFrom: [],
};

describe('a recovery release fits', () => {
  test.each<[string, boolean, Partial<FitFacts>]>([
    ['a device that runs an earlier one', true, { signed: recovery({ securityVersion: 2 }) }],
    ['a device of which nothing is known', true, { version: null, running: undefined }],
    ['no model that it has no artifact for', false, { hardware: 'th-1' }],
    ['nobody when it is not signed as one', false, { signed: recovery({ recovery: undefined }) }],
    ['nobody below its floor', false, { signed: recovery({ floor: '3.2.6', securityVersion: 2 }) }],
    ['nobody above its security version', false, {}],
    ['nobody who rolled back from it', false, { rolledBackFrom: ['3.2.6'] }],
    ['nobody who ran it already', false, { version: '3.2.6' }],
    ['nobody who runs a later one', false, { version: '3.2.7', running: custom('3.2.7') }],
    [
      'who runs a later one, of which it is the signed way back',
      true,
      {
        version: '3.2.7',
        running: custom('3.2.7', { wayBack: { version: '3.2.6', target: '3.2.6/th-2.bundle' } }),
      },
    ],
  ])('%s', (_, fits, change) => {
    const found = fitOf({ ...device, ...change });
    expect(found.fits, found.because).toBe(fits);
    expect(found.try === null).toBe(fits);
  });
});

const fit = { fits: true, because: 'signed.', try: null };
const away: RoadFacts = {
  now: 100 * HOUR,
  lastSeen: 10 * HOUR,
  silentAfter: HOUR,
  neighbours: 0,
  fit,
  startedAt: null,
  waitMillis: 24 * HOUR,
};
const openOf = (change: Partial<RoadFacts>) => {
  const roads = roadsTo({ ...away, ...change });
  return campaignRoadSchema.options.filter((road) => roads[road].open);
};

describe('roads', () => {
  test.each<[string, string[], Partial<RoadFacts>]>([
    [
      'a device that is heard has all but a neighbour',
      ['http', 'rescue', 'technician'],
      { lastSeen: 99.5 * HOUR },
    ],
    ['a silent one looks by itself', ['rescue', 'technician'], {}],
    ['one that a neighbour hears can be given to', ['relay', 'rescue', 'technician'], { neighbours: 1 }],
    [
      'a neighbour gives nothing that the device would not take',
      ['technician'],
      { neighbours: 1, fit: { ...fit, fits: false } },
    ],
    [
      'after the time that the plan gives only people are counted on',
      ['technician'],
      { neighbours: 2, startedAt: 76 * HOUR },
    ],
    [
      'a millisecond before that they are not',
      ['relay', 'rescue', 'technician'],
      { neighbours: 2, startedAt: 76 * HOUR + 1 },
    ],
  ])('%s', (_, expected, change) => {
    expect(openOf(change)).toEqual(expected);
  });

  test('the first open one is the plan’s first that is open, and none when the plan has none', () => {
    const roads = roadsTo(away);
    expect(firstOpen(roads, ['http', 'technician', 'rescue'])).toBe('technician');
    expect(firstOpen(roads, ['http', 'relay'])).toBeNull();
  });
});

const instant = fc.integer({ min: 0, max: 120 }).map((hours) => hours * HOUR);
const maybe = fc.option(instant, { nil: null });
const facts: fc.Arbitrary<StandingFacts> = fc.record({
  startedAt: maybe,
  lastSeen: maybe,
  now: fc.constant(120 * HOUR),
  silentAfter: fc.constant(30 * HOUR),
  well: fc.boolean(),
  runsBroken: fc.boolean(),
  took: fc.option(
    fc.record({
      at: instant,
      road: fc.constantFrom(
        undefined,
        { by: 'http' as const },
        { by: 'link' as const, neighbour: 'n' },
        { by: 'mesh' as const },
      ),
    }),
    { nil: null },
  ),
  visitedAt: maybe,
  givenUp: fc.boolean(),
  road: fc.option(fc.constantFrom(...campaignRoadSchema.options), { nil: null }),
});

describe('where a device stands', () => {
  test('is exactly one thing, and the sums of any campaign add up', () => {
    const standings = new Set<string>();
    const ways = new Set<string>();
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), (devices) => {
        const found = devices.map(standingIn);
        const of = (standing: string) => found.filter((one) => one.standing === standing).length;
        for (const { standing, healedBy } of found) {
          standings.add(standing);
          if (healedBy !== null) ways.add(healedBy);
          expect(healedBy !== null).toBe(standing === 'healed');
        }
        expect(campaignStandingSchema.options.reduce((sum, one) => sum + of(one), 0)).toBe(devices.length);
        const by = healedBySchema.options.map((way) => found.filter((one) => one.healedBy === way).length);
        expect(by.reduce((a, b) => a + b, 0)).toBe(of('healed'));
      }),
      { numRuns: 300 },
    );
    expect(standings.size).toBe(campaignStandingSchema.options.length);
    expect(ways.size).toBe(healedBySchema.options.length);
  });

  test('nobody is healed before the start, nor while it runs what went wrong', () => {
    let reached = 0;
    fc.assert(
      fc.property(facts, (one) => {
        if (standingIn(one).standing !== 'healed') return;
        reached++;
        expect(standingIn({ ...one, startedAt: null }).standing).not.toBe('healed');
        expect(standingIn({ ...one, runsBroken: true }).standing).not.toBe('healed');
        expect(standingIn({ ...one, well: false }).standing).not.toBe('healed');
        expect(standingIn({ ...one, lastSeen: (one.startedAt ?? 0) - 1 }).standing).not.toBe('healed');
      }),
      { numRuns: 2_000 },
    );
    expect(reached).toBeGreaterThan(100);
  });

  const healed: StandingFacts = {
    startedAt: 10 * HOUR,
    lastSeen: 20 * HOUR,
    now: 120 * HOUR,
    silentAfter: HOUR,
    well: true,
    runsBroken: false,
    took: { at: 15 * HOUR, road: { by: 'link', neighbour: 'n' } },
    visitedAt: null,
    givenUp: false,
    road: null,
  };
  test.each<[string, string, Partial<StandingFacts>]>([
    ['a neighbour that gave it the release', 'relay', {}],
    ['a neighbour, although somebody came afterwards', 'relay', { visitedAt: 16 * HOUR }],
    ['whoever came before it took the release', 'technician', { visitedAt: 14 * HOUR }],
    ['nobody, when it took nothing', 'itself', { took: null }],
    ['a road that it does not name', 'unsaid', { took: { at: 15 * HOUR, road: undefined } }],
    ['a neighbour, also after it was given up', 'relay', { givenUp: true }],
  ])('is healed by %s', (_, by, change) => {
    expect(standingIn({ ...healed, ...change }).healedBy).toBe(by);
  });
});
