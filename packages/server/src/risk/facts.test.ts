import { type Calendar, planSchema, presetPolicy, releaseManifestSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { CONTEXT, type RiskInput, riskFacts } from './facts.ts';

const ZONE = 'UTC';
const golden = presetPolicy('golden-rule', ZONE).calendar;
const allWeek: Calendar = {
  ...golden,
  windows: [
    {
      days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      from: '00:00',
      to: '24:00',
    },
  ],
};
const TUESDAY = Date.UTC(2026, 10, 24, 9);
const FRIDAY = Date.UTC(2026, 10, 20, 17, 30);
const manifest = (version: string, codes: string[] = [], size = 1_000) =>
  releaseManifestSchema.parse({
    version,
    artifacts: [{ hardware: 'th-2', size, sha256: 'a'.repeat(64) }],
    errorCodes: codes.map((code) => ({ code, title: 'x', meaning: 'x', failsHealth: true })),
  });
const plan = (share: number) =>
  planSchema.parse({
    name: 'p',
    release: '3.2.5',
    stages:
      share === 1
        ? [{ share: 1, soak: '24h' }]
        : [
            { share, soak: '24h' },
            { share: 1, soak: '24h' },
          ],
  });
const calm: RiskInput = {
  now: TUESDAY,
  calendar: golden,
  plan: plan(0.01),
  devices: { all: 12_000, first: 120 },
  power: { sees: 0.08, because: 'It sees 8 %.' },
  release: manifest('3.2.5'),
  wayBack: manifest('3.2.4'),
  incidents: [],
  openReviews: 0,
  tickets: { lastDay: 0, dayBefore: 0 },
  rehearsed: true,
  parity: { verdict: 'open', because: [] },
};
const thanksgiving = {
  kind: 'holiday',
  name: 'Thanksgiving Day',
  from: '2026-11-26',
  to: '2026-11-27',
} as const;

test('on a Tuesday morning, with everything as it should be, nothing speaks against it', () => {
  expect(riskFacts(calm).filter(({ level }) => level !== 'calm')).toEqual([]);
});

test.each<[string, RiskInput['parity'], object]>([
  ['nobody asks', { verdict: 'unasked', because: [] }, { level: 'unknown' }],
  ['there is no such release', null, { level: 'unknown' }],
  [
    'a value was not tested',
    {
      verdict: 'closed',
      because: ['15 % of the fleet runs mosquitto 2.0.18; 3.2.5 was never tested there.'],
    },
    {
      level: 'high',
      because: '15 % of the fleet runs mosquitto 2.0.18; 3.2.5 was never tested there.',
    },
  ],
])('parity is said when %s', (_, parity, expected) => {
  expect(riskFacts({ ...calm, parity }).find(({ what }) => what === 'parity')).toMatchObject(expected);
});

describe('worth a second look is', () => {
  test.each<[string, Partial<RiskInput>, string, string, string]>([
    [
      'a Friday evening outside the window',
      { now: FRIDAY },
      'weekday and hour',
      'high',
      'Friday 17:30 UTC is outside the change window (Tuesday, Wednesday 09:00–12:00). The next opening is Tue 24 Nov 09:00.',
    ],
    [
      'a Friday evening although the window is open',
      { now: FRIDAY, calendar: allWeek },
      'weekday and hour',
      'note',
      'Friday 17:30 UTC is inside the change window. The first soak goes on until Sat 21 Nov 17:30.',
    ],
    [
      'a calendar that never opens',
      { calendar: { ...golden, windows: [] } },
      'opening',
      'high',
      'The first stage cannot open within two years.',
    ],
    [
      'a holiday within three days',
      { calendar: { ...golden, freezes: [thanksgiving] } },
      'holidays',
      'note',
      'Thanksgiving Day begins Thu 26 Nov 00:00.',
    ],
    [
      'a holiday that is on',
      { now: Date.UTC(2026, 10, 26, 9), calendar: { ...golden, freezes: [thanksgiving] } },
      'holidays',
      'note',
      'Thanksgiving Day is on until Fri 27 Nov 00:00.',
    ],
    [
      'a tenth of the fleet at once',
      { plan: plan(0.1) },
      'size',
      'note',
      'The first of 2 stages takes 10 % of the fleet. 120 of 12000 devices.',
    ],
    [
      'everybody at once',
      { plan: plan(1), devices: null },
      'size',
      'high',
      'The only stage takes 100 % of the fleet.',
    ],
    [
      'a major step',
      { release: manifest('4.0.0') },
      'version step',
      'high',
      'From 3.2.4 to 4.0.0: a major step.',
    ],
    [
      'a minor step',
      { release: manifest('3.3.0') },
      'version step',
      'note',
      'From 3.2.4 to 3.3.0: a minor step.',
    ],
    [
      'a release without a way back',
      { wayBack: null },
      'version step',
      'unknown',
      '3.2.5 has no way back to compare with.',
    ],
    [
      'a large artifact',
      { release: manifest('3.2.5', [], 100_000_000) },
      'artifact',
      'note',
      'The largest artifact has 100,000,000 bytes.',
    ],
    [
      'new error codes',
      { release: manifest('3.2.5', ['0x45', '0x11']), wayBack: manifest('3.2.4', ['0x11']) },
      'error codes',
      'note',
      'It can raise what the way back cannot: 0x45.',
    ],
    [
      'a stage that sees little',
      { power: { sees: 0.4, because: 'It sees 40 %.' } },
      'power',
      'note',
      'It sees 40 %.',
    ],
    ['no rehearsal', { rehearsed: false }, 'rehearsal', 'note', 'No rehearsal is attached.'],
    [
      'an incident that is not settled',
      { incidents: ['x is halted'] },
      'incidents',
      'high',
      'Not settled yet: x is halted.',
    ],
    [
      'a review that is open',
      { openReviews: 1 },
      'reviews',
      'high',
      'Reviews of broken glasses that are open: 1.',
    ],
    [
      'tickets that pile up',
      { tickets: { lastDay: 10, dayBefore: 2 } },
      'tickets',
      'high',
      'Tickets in the last day: 10; in the day before: 2.',
    ],
    [
      'a few tickets',
      { tickets: { lastDay: 2, dayBefore: 2 } },
      'tickets',
      'note',
      'Tickets in the last day: 2; in the day before: 2.',
    ],
  ])('%s', (_, change, what, level, because) => {
    expect(riskFacts({ ...calm, ...change }).find((fact) => fact.what === what)).toEqual({
      what,
      level,
      because,
    });
  });

  test('and a holiday four days away is not', () => {
    const now = Date.UTC(2026, 10, 22, 9);
    const facts = riskFacts({ ...calm, now, calendar: { ...golden, freezes: [thanksgiving] } });
    expect(facts.find(({ what }) => what === 'holidays')?.level).toBe('calm');
  });
});

test('industry figures carry their source and never the word probability', () => {
  for (const { figure, source } of CONTEXT) {
    expect(source).toBe('2023 survey of 340 companies, in an IoT engineering course chapter');
    expect(`${figure} ${source}`).not.toMatch(/probab|chance|likely/i);
  }
});
