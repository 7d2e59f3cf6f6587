import { planSchema, type Shift } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_PRICES, exampleComposition } from '../example-fleet.ts';
import { openingsUnder } from './fault.ts';
import { nextFridayEvening } from './friday-evening.ts';
import { callPeople } from './people.ts';
import { playWhatIf, type World } from './play.ts';
import { fridayIncident } from './presets.ts';
import { playWhatIfs, rehearsalWith } from './report.ts';
import { PLAIN, type WhatIf } from './what-if.ts';

const HOUR = 3_600_000;
const TUESDAY = Date.parse('2026-11-24T09:00:00Z');
const plan = planSchema.parse({
  name: 'p',
  release: '3.2.5',
  stages: [
    { share: 0.05, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
});
const shift = (from: number, hours: number, ...people: string[]): Shift => ({
  from: TUESDAY + from * HOUR,
  until: TUESDAY + (from + hours) * HOUR,
  people,
});
const world: World = {
  plan,
  composition: exampleComposition(3_000),
  prices: EXAMPLE_PRICES,
  shifts: [shift(0, 72, 'alice')],
  calendar: [],
  now: TUESDAY,
  friday: nextFridayEvening(TUESDAY, 'UTC'),
  runs: 4,
  seed: 7,
};
const slice = { attribute: 'broker', value: 'mosquitto 2.0.18' };
const ask = (change: Partial<WhatIf>): WhatIf => ({ ...PLAIN, slice, ...change });
const play = (change: Partial<WhatIf>, more: Partial<World> = {}) =>
  playWhatIf(ask(change), { ...world, ...more });

describe('the Friday incident', () => {
  const { results } = playWhatIfs(fridayIncident(), world);
  const [worst, mild] = results;

  test('harms everybody behind the broker and halts never; under the plan it halts in the first stage', () => {
    expect(worst).toMatchObject({ whatIf: { name: 'The Friday incident' }, haltedAfterHours: null });
    expect(worst?.harmedShare).toBeGreaterThan(0.13);
    expect(mild?.row).toMatchObject({ halted: 1, haltedInFirst: 1 });
    expect(mild?.harmedShare).toBeLessThan(0.02);
    expect(worst?.cost.total).toBeGreaterThan(10 * (mild?.cost.total ?? Infinity));
  });

  test('begins on Friday at 17:30; a plan begins when it may', () => {
    expect(worst?.story.begins).toBe(Date.parse('2026-11-27T17:30:00Z'));
    expect(mild?.story.begins).toBe(TUESDAY);
  });

  test('is told in the order in which it happens, and its lines never fall', () => {
    for (const { story } of results) {
      const times = story.events.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      story.points.forEach(({ offered, harmed }, index) => {
        expect(offered).toBeGreaterThanOrEqual(story.points[index - 1]?.offered ?? 0);
        expect(harmed).toBeGreaterThanOrEqual(story.points[index - 1]?.harmed ?? 0);
        expect(offered).toBeGreaterThanOrEqual(harmed);
      });
    }
    expect(mild?.story.events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['opened', 'harmed', 'halted', 'acted']),
    );
  });

  test('the line of the evidence meets the bound where it halts', () => {
    const story = mild?.story;
    const halted = story?.events.find(({ kind }) => kind === 'halted')?.at ?? 0;
    const strongest = (until: number) =>
      Math.max(...(story?.points ?? []).filter(({ at }) => at < until).map(({ evidence }) => evidence ?? 0));
    expect(strongest(halted)).toBeLessThan(story?.haltAt ?? 0);
    expect(strongest(Infinity)).toBeGreaterThanOrEqual(story?.haltAt ?? Infinity);
  });
});

describe('what is asked makes the difference that it says', () => {
  const usual = play({});

  test('the same seed tells the same story, another one another', () => {
    expect(play({})).toEqual(usual);
    expect(play({}, { seed: 8 }).story).not.toEqual(usual.story);
  });

  test('a good release harms nobody, costs nothing and calls nobody', () => {
    const { row, cost, called } = play({ harm: 'none' });
    expect([row.harmedMedian, cost.total, called]).toEqual([0, 0, []]);
  });

  test('nobody judges while the server is away, and nothing opens', () => {
    const { haltedAfterHours, story } = play({ down: { at: 1, hours: 10 } });
    expect(haltedAfterHours).toBeGreaterThan(11);
    expect(usual.haltedAfterHours).toBeLessThan(11);
    expect(story.events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['down', 'up']));
    expect(openingsUnder(plan, ask({ down: { at: 23, hours: 5 } }), []).opens).toEqual([0, 28]);
  });

  test('looser bounds halt later, and none never', () => {
    expect(play({ bounds: 1_000_000 }).haltedAfterHours).toBeGreaterThan(usual.haltedAfterHours ?? Infinity);
    expect(play({ bounds: null }).haltedAfterHours).toBeNull();
  });

  test('devices that go back by themselves need no visit', () => {
    const { visits, row } = play({ heals: 1 });
    expect([visits, row.harmedMedian > 0]).toEqual([0, true]);
    expect(usual.visits).toBeGreaterThan(0);
  });

  test('where nobody watches, devices that have it go on to fail', () => {
    const slow = { after: { from: 1, to: 20 } };
    const { row, actedAfterHours } = play({ ...slow, people: null });
    expect(actedAfterHours).toBeNull();
    expect(row.harmedMedian).toBeGreaterThan(play(slow).row.harmedMedian);
  });

  test('stages open when the calendar lets them, and not at all where it never does', () => {
    const calendar = [TUESDAY + 24 * HOUR, TUESDAY + 96 * HOUR];
    const { story } = play({ harm: 'none' }, { calendar });
    expect(story.events.filter(({ kind }) => kind === 'opened').map(({ at }) => at)).toEqual(calendar);
    const first = play({ harm: 'none' }, { calendar: calendar.slice(0, 1) });
    expect(first.row.exposedMedian).toBeLessThan(300);
  });
});

describe('who is called', () => {
  const moments = { begins: TUESDAY, halted: 20, firstHarm: 2 };
  test.each<[string, Partial<WhatIf>, Shift[], object]>([
    ['whoever is on watch at the halt', {}, [shift(18, 4, 'bob')], { people: ['bob'], acts: 20.25 }],
    ['the next shift, when it begins', {}, [shift(30, 4, 'carol')], { people: ['carol'], acts: 30.25 }],
    ['nobody, where no shift is known', {}, [], { people: [], acts: Infinity }],
    ['nobody, in a gap of the roster', {}, [shift(18, 4)], { people: [], acts: Infinity }],
    ['nobody, where nobody watches', { people: null }, [shift(18, 4, 'bob')], { people: [], acts: Infinity }],
    ['after so many hours', { people: 5 }, [shift(18, 4, 'bob')], { people: ['bob'], acts: 25 }],
    [
      'not before the server is back',
      { down: { at: 19, hours: 6 } },
      [shift(18, 4, 'bob')],
      { people: ['bob'], acts: 25 },
    ],
  ])('%s', (_, change, shifts, expected) => {
    expect(callPeople(ask(change), shifts, moments)).toMatchObject(expected);
  });

  test('people who act without a halt begin at the first device in trouble', () => {
    expect(callPeople(ask({ people: 5 }), [], { ...moments, halted: Infinity }).acts).toBe(7);
    expect(callPeople(ask({}), [shift(0, 99, 'bob')], { ...moments, halted: Infinity }).people).toEqual([]);
  });
});

test('what goes to whoever approves is the catalogue, and the what-ifs below it', () => {
  const small = { ...world, runs: 1, composition: exampleComposition(600) };
  const report = playWhatIfs([ask({ name: 'Mine' })], small);
  const { rows, runs, seed } = rehearsalWith(report, small, TUESDAY);
  expect([runs, seed, rows.at(-1)]).toEqual([1, 7, report.results[0]?.row]);
  expect(rows.map(({ fault }) => fault)).toEqual(
    expect.arrayContaining(['good', 'incident', 'brick', 'Mine']),
  );
});
