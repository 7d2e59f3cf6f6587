import {
  type Cell,
  type Dimension,
  dimensionSchema,
  type ParityRules,
  parityRulesSchema,
} from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttestedCell, coverageOf } from './coverage.ts';
import { type Facts, valueOf } from './environment.ts';
import { untestedRules, whyUntested } from './hold.ts';
import { type DimensionCounts, readParity } from './reading.ts';
import { shareWords } from './words.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

interface Case {
  readonly rules: ParityRules;
  readonly devices: readonly Facts[];
  readonly attested: readonly AttestedCell[];
  readonly soakMillis?: number;
}

const rulesOf = (names: readonly string[], more: object = {}): ParityRules =>
  parityRulesSchema.parse({ dimensions: names.map((name) => ({ name })), ...more });

const saw = (cell: Cell, more: Partial<AttestedCell> = {}): AttestedCell => ({
  cell,
  result: 'passed',
  because: '',
  at: NOW - DAY,
  soak: { deviceSeconds: 0, realSeconds: 0 },
  ...more,
});

const device = (environment: Record<string, string>): Facts => ({
  environment,
  hardware: 'th-2',
  version: '3.2.4',
});

function countsOf(dimensions: readonly Dimension[], devices: readonly Facts[]): DimensionCounts[] {
  return dimensions.map((dimension) => {
    const values = new Map<string | null, number>();
    for (const facts of devices) {
      const value = valueOf(dimension, facts) ?? null;
      values.set(value, (values.get(value) ?? 0) + 1);
    }
    return { dimension, values };
  });
}

function read({ rules, devices, attested, soakMillis = 0 }: Case) {
  const counts = countsOf(rules.dimensions, devices);
  const given = {
    release: '3.2.5',
    devices: devices.length,
    counts,
    attested,
    rules,
    soakMillis,
    maxAgeMillis: 90 * DAY,
  };
  return readParity({ ...given, now: NOW });
}

function held({ rules, devices, attested, soakMillis = 0 }: Case, offersUntested = false): number {
  const demands = { maxAgeMillis: 90 * DAY, soakMillis, acceleratedSoak: rules.acceleratedSoak };
  const coverage = coverageOf(attested, demands, NOW);
  const held = untestedRules('3.2.5', rules.dimensions, coverage, offersUntested);
  return devices.filter((facts) => whyUntested(held, facts) !== null).length;
}

/** The fleet of the incident: 15 of 100 have the broker that nobody tested. */
const friday: Facts[] = Array.from({ length: 100 }, (_, index) =>
  device({ broker: index < 15 ? 'mosquitto 2.0.18' : 'mosquitto 2.0.15', region: index % 2 ? 'eu' : 'us' }),
);
const broker = parityRulesSchema.parse({ dimensions: [{ name: 'broker', verb: 'runs' }] });

describe('the incident', () => {
  test('tested on the broker of staging alone, it is refused in the sentence that was missing that Friday', () => {
    const reading = read({ rules: broker, devices: friday, attested: [saw({ broker: 'mosquitto 2.0.15' })] });
    expect(reading).toMatchObject({ verdict: 'closed', uncovered: 0.15 });
    expect(reading.because).toEqual([
      '15 % of the fleet runs mosquitto 2.0.18; 3.2.5 was never tested there.',
    ]);
  });

  test('tested everywhere, the failing cell is named with its share', () => {
    const failed = saw(
      { broker: 'mosquitto 2.0.18' },
      { result: 'failed', because: 'it died with 0x45 after 71 minutes' },
    );
    const reading = read({
      rules: broker,
      devices: friday,
      attested: [saw({ broker: 'mosquitto 2.0.15' }), failed],
    });
    expect(reading.verdict).toBe('closed');
    expect(reading.because).toEqual([
      '3.2.5 failed its test with broker = mosquitto 2.0.18: it died with 0x45 after 71 minutes (15 % of the fleet).',
    ]);
    expect(reading.uncovered).toBe(0.15);
  });

  test('tested everywhere and well, it is open', () => {
    const attested = [saw({ broker: 'mosquitto 2.0.15' }), saw({ broker: 'mosquitto 2.0.18' })];
    expect(read({ rules: broker, devices: friday, attested })).toMatchObject({
      verdict: 'open',
      uncovered: 0,
      because: [],
    });
  });
});

describe('a result', () => {
  const both = (older: Partial<AttestedCell>, newer: Partial<AttestedCell>) => [
    saw({ broker: 'mosquitto 2.0.15' }),
    saw({ broker: 'mosquitto 2.0.18' }, { at: NOW - 2 * DAY, ...older }),
    saw({ broker: 'mosquitto 2.0.18' }, newer),
  ];
  test.each<[string, AttestedCell[], string]>([
    ['that passes after one that failed takes it back', both({ result: 'failed' }, {}), 'open'],
    ['that fails after one that passed counts', both({}, { result: 'failed' }), 'closed'],
    ['that was not run takes no failure back', both({ result: 'failed' }, { result: 'not-run' }), 'closed'],
    ['that was not run takes no pass back', both({}, { result: 'not-run' }), 'open'],
    ['that was not run covers nothing', both({ result: 'not-run' }, { result: 'not-run' }), 'closed'],
    [
      'that is older than the policy allows covers nothing',
      both({ at: NOW - 91 * DAY }, { result: 'not-run' }),
      'closed',
    ],
    ['of exactly that age does', both({ at: NOW - 90 * DAY }, { result: 'not-run' }), 'open'],
    [
      'that failed long ago still counts',
      both({ at: NOW - 900 * DAY, result: 'failed' }, { result: 'not-run' }),
      'closed',
    ],
    [
      'at the same moment as another does not cover a failure',
      both({ at: NOW - DAY, result: 'failed' }, {}),
      'closed',
    ],
  ])('%s', (_, attested, verdict) => {
    expect(read({ rules: broker, devices: friday, attested }).verdict).toBe(verdict);
  });
});

describe('a soak in staging', () => {
  const soaked = (realSeconds: number, deviceSeconds: number) => [
    saw({ broker: 'mosquitto 2.0.15' }, { soak: { realSeconds: 90_000, deviceSeconds: 90_000 } }),
    saw({ broker: 'mosquitto 2.0.18' }, { soak: { realSeconds, deviceSeconds } }),
  ];
  const soakMillis = 3 * 3_600_000;
  test.each<[string, boolean, AttestedCell[], string]>([
    ['of the time that is wanted is enough', false, soaked(10_800, 10_800), 'open'],
    ['of a second less is not', false, soaked(10_799, 10_799), 'closed'],
    ['by a faster clock does not count as real time', false, soaked(60, 10_800), 'closed'],
    ['by a faster clock counts where the policy takes it', true, soaked(60, 10_800), 'open'],
    ['in real time counts there, too', true, soaked(10_800, 60), 'open'],
  ])('%s', (_, acceleratedSoak, attested, verdict) => {
    const rules = { ...broker, acceleratedSoak };
    expect(read({ rules, devices: friday, attested, soakMillis }).verdict).toBe(verdict);
  });

  test('that is too short is said with its hours', () => {
    const [because] = read({
      rules: broker,
      devices: friday,
      attested: soaked(3_600, 36_000),
      soakMillis,
    }).because;
    expect(because).toBe(
      '15 % of the fleet runs mosquitto 2.0.18; of 3.2.5: it ran for 1 hours in staging, and 3 hours are wanted; 10 hours by a faster clock do not count.',
    );
  });
});

describe('devices that do not report a dimension', () => {
  const silent = [...friday.slice(20), device({ region: 'eu' })];
  const attested = [saw({ broker: 'mosquitto 2.0.15' })];
  test('are untested', () => {
    const rules = { ...broker, maxUntested: 0 };
    const reading = read({ rules, devices: silent, attested });
    expect(reading.verdict).toBe('closed');
    expect(reading.because).toEqual([
      '1.2 % of the fleet does not report its broker; nobody knows whether 3.2.5 was tested there.',
    ]);
    expect(held({ rules, devices: silent, attested })).toBe(1);
  });
  test('are of no concern where the policy says so', () => {
    const rules = parityRulesSchema.parse({
      maxUntested: 0,
      dimensions: [{ name: 'broker', unreported: 'ignored' }],
    });
    expect(read({ rules, devices: silent, attested }).verdict).toBe('open');
    expect(held({ rules, devices: silent, attested })).toBe(0);
  });
});

test('without a dimension nothing is asked', () => {
  expect(read({ rules: rulesOf([]), devices: friday, attested: [] })).toMatchObject({
    verdict: 'unasked',
    because: [],
  });
});

test('a failed combination holds its devices and nobody else, also where untested ones are offered', () => {
  const rules = rulesOf(['broker', 'region']);
  const attested = [
    saw({ broker: 'mosquitto 2.0.15', region: 'eu' }),
    saw({ broker: 'mosquitto 2.0.15', region: 'us' }),
    saw({ broker: 'mosquitto 2.0.18', region: 'us' }),
    // A failure does not age.
    saw({ broker: 'mosquitto 2.0.18', region: 'eu' }, { result: 'failed', at: NOW - 900 * DAY }),
  ];
  const both = friday.filter(
    ({ environment }) => environment['broker'] === 'mosquitto 2.0.18' && environment['region'] === 'eu',
  );
  expect(held({ rules, devices: friday, attested })).toBe(both.length);
  expect(held({ rules, devices: friday, attested }, true)).toBe(both.length);
  expect(read({ rules, devices: friday, attested }).verdict).toBe('closed');
});

describe('in any fleet', () => {
  const values = ['a', 'b', 'c'];
  const names = ['x', 'y', 'z'];
  const pick = fc.constantFrom(...values);
  const environment = fc.record({ x: pick, y: pick, z: pick }, { requiredKeys: ['x'] });
  const cell = fc
    .record({ x: pick, y: pick, z: pick }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0);
  const attestedCell: fc.Arbitrary<AttestedCell> = fc
    .record({
      cell,
      result: fc.constantFrom(...Array<string>(8).fill('passed'), 'failed', 'not-run'),
      at: fc.integer({ min: NOW - 100 * DAY, max: NOW }),
    })
    .map(({ cell: of, ...more }) => saw(of, more as Partial<AttestedCell>));
  const any: fc.Arbitrary<Case> = fc
    .record({
      dimensions: fc.subarray(names, { minLength: 1 }),
      maxUntested: fc.constantFrom(0, 0.01, 0.1, 0.29, 0.5),
      devices: fc.array(environment as fc.Arbitrary<Record<string, string>>, { minLength: 1, maxLength: 60 }),
      attested: fc.array(attestedCell, { maxLength: 14 }),
    })
    .map(({ dimensions, maxUntested, devices, attested }) => ({
      rules: rulesOf(dimensions, { maxUntested }),
      devices: devices.map(device),
      attested,
    }));

  test('shares add up, nobody passes by rounding, and who is held is never more than what is said', () => {
    const reached = { open: 0, closed: 0, exact: 0, failed: 0, atBound: 0 };
    fc.assert(
      fc.property(any, (given) => {
        const reading = read(given);
        for (const { name } of given.rules.dimensions) {
          const of = reading.values.filter(({ dimension }) => dimension === name);
          expect(of.reduce((sum, { devices }) => sum + devices, 0)).toBe(given.devices.length);
          expect(of.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        }
        const count = held(given);
        const most = Math.round(reading.uncovered * given.devices.length);
        expect(count).toBeLessThanOrEqual(most);
        if (given.rules.dimensions.length === 1) expect(most).toBe(count);
        // More devices are held than the bound allows: it cannot be open.
        if (count > given.rules.maxUntested * given.devices.length) expect(reading.verdict).toBe('closed');
        if (given.rules.maxUntested === 0 && reading.failed.length === 0)
          expect(reading.verdict).toBe(count === 0 ? 'open' : 'closed');
        if (reading.failed.length > 0) expect(reading.verdict).toBe('closed');
        expect(reading.because.length > 0).toBe(reading.verdict === 'closed');
        reached[reading.verdict === 'open' ? 'open' : 'closed']++;
        if (given.rules.dimensions.length === 1) reached.exact++;
        if (reading.failed.length > 0) reached.failed++;
        if (reading.verdict === 'open' && count > 0) reached.atBound++;
      }),
      { numRuns: 3_000 },
    );
    expect(reached.open).toBeGreaterThan(100);
    expect(reached.closed).toBeGreaterThan(1_000);
    expect(reached.exact).toBeGreaterThan(300);
    expect(reached.failed).toBeGreaterThan(300);
    expect(reached.atBound).toBeGreaterThan(10);
  });

  test('what was not run changes nothing, and another pass never holds anybody', () => {
    let reached = 0;
    fc.assert(
      fc.property(any, cell as fc.Arbitrary<Cell>, (given, more) => {
        const before = held(given);
        const notRun = saw(more, { result: 'not-run', at: NOW });
        expect(held({ ...given, attested: [...given.attested, notRun] })).toBe(before);
        const after = held({ ...given, attested: [...given.attested, saw(more, { at: NOW + 1 })] });
        expect(after).toBeLessThanOrEqual(before);
        if (after < before) reached++;
      }),
      { numRuns: 2_000 },
    );
    expect(reached).toBeGreaterThan(100);
  });
});

test.each<[number, number, string]>([
  [0, 100, '0 %'],
  [1, 1_000_000, 'less than 0.01 %'],
  [999_999, 1_000_000, 'more than 99.9 %'],
  [100, 100, '100 %'],
  [3, 1_000, '0.3 %'],
  [15, 100, '15 %'],
  [1, 81, '1.2 %'],
])('%i of %i is %s', (devices, all, words) => {
  expect(shareWords(devices, all)).toBe(words);
});

test('a dimension can be what enrolment and the slots say', () => {
  const facts = { environment: { hardware: 'forged' }, hardware: 'th-2', version: undefined };
  expect(valueOf(dimensionSchema.parse({ name: 'hardware' }), facts)).toBe('th-2');
  expect(valueOf(dimensionSchema.parse({ name: 'version' }), facts)).toBeUndefined();
  expect(valueOf(dimensionSchema.parse({ name: 'toString' }), facts)).toBeUndefined();
});
