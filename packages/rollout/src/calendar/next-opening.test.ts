/** The search for the next opening against the rules read off the wall, one minute at a time. */
import { type Calendar, type ChangeWindow, type Freeze, type Plan, planSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { WEEKDAYS } from './local-time.ts';
import { nextOpening, whyNot } from './opening-rule.ts';
import { stageRules } from './stage-rules.ts';

const MINUTE = 60_000;

/** Ordinary zones, half and quarter hours, half-hour and two-hour changes, changes around Ramadan and at midnight. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'America/Santiago',
  'America/Havana',
  'Asia/Beirut',
  'Africa/Cairo',
  'America/Nuuk',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'America/St_Johns',
  'UTC',
];

/** When the clocks of a zone change in the years 2024 to 2035. */
const changesOf = (zone: string): number[] => {
  const changes: number[] = [];
  let at = Temporal.ZonedDateTime.from({ timeZone: zone, year: 2024, month: 1, day: 1 });
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (!next || next.year > 2035) return changes;
    changes.push(next.epochMilliseconds);
    at = next;
  }
};
const CHANGES = new Map(ZONES.map((zone) => [zone, changesOf(zone)]));

/** Four days of minutes as the wall shows them, from the text alone. */
interface Minute {
  readonly at: number;
  readonly wall: string;
  readonly day: string;
}

const offsetAt = (at: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

function minutesFrom(from: number, count: number, zone: string): Minute[] {
  const minutes: Minute[] = [];
  for (let hour = 0; hour * 60 < count; hour++) {
    const begin = from + hour * 60 * MINUTE;
    const [before, after] = [offsetAt(begin, zone), offsetAt(begin + 60 * MINUTE, zone)];
    for (let minute = 0; minute < 60; minute++) {
      const at = begin + minute * MINUTE;
      const shown = new Date(at + (before === after ? before : offsetAt(at, zone)));
      const day = WEEKDAYS[(shown.getUTCDay() + 6) % 7] ?? '';
      minutes.push({ at, wall: shown.toISOString().slice(0, 16), day });
    }
  }
  return minutes;
}

const inWindows = (windows: readonly ChangeWindow[], { wall, day }: Minute) =>
  windows.some(
    ({ days, from, to }) => days.some((one) => one === day) && from <= wall.slice(11) && wall.slice(11) < to,
  );

/** Once the wall has reached `from`, and while it will still show something before `to`. */
function frozenMinutes({ from, to }: Pick<Freeze, 'from' | 'to'>, minutes: readonly Minute[]): Set<number> {
  const [begin, end] = [from, to].map((text) => (text.length === 10 ? `${text}T00:00` : text));
  const first = minutes.findIndex(({ wall }) => wall >= (begin as string));
  const last = minutes.findLastIndex(({ wall }) => wall < (end as string));
  return new Set(first < 0 ? [] : minutes.slice(first, last + 1).map(({ at }) => at));
}

function windowsOfStage(
  { windows, lastStageWindows }: Calendar,
  plan: Plan,
  stage: number,
): ChangeWindow[][] {
  const last = stage >= plan.stages.length - 1;
  const own = plan.stages[Math.min(stage, plan.stages.length - 1)]?.windows;
  return [last ? (lastStageWindows ?? windows) : windows, ...(own ? [own] : [])];
}

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const nightly = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom('00', '20', '30', '50'))
  .map(([hour, minute]) => `0${hour}:${minute}`);
const window = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 4 }),
    from: fc.oneof(nightly, clock),
    to: fc.oneof(nightly, clock, fc.constant('24:00')),
  })
  .filter(({ from, to }) => from < to);
const windows = fc.array(window, { minLength: 1, maxLength: 3 });

/** A place in the years 2024 to 2035, mostly just before a change of the clock. */
const start = fc.constantFrom(...ZONES).chain((zone) => {
  const changes = CHANGES.get(zone) ?? [];
  const anywhere = fc.integer({ min: Date.UTC(2024, 0, 1) / MINUTE, max: Date.UTC(2035, 11, 28) / MINUTE });
  const near =
    changes.length === 0
      ? anywhere
      : fc
          .tuple(fc.constantFrom(...changes), fc.integer({ min: 0, max: 2_000 }))
          .map(([change, before]) => change / MINUTE - before);
  return fc.record({
    zone: fc.constant(zone),
    from: fc.oneof({ weight: 3, arbitrary: near }, anywhere).map((minutes) => minutes * MINUTE),
  });
});

const freezeAt = fc.record({
  begins: fc.integer({ min: -1_440, max: 3 * 1_440 }),
  lasts: fc.integer({ min: 1, max: 2_000 }),
  whole: fc.boolean(),
});

/** Where the wall is at minute `begins`, as people would write it. */
function freezeFrom(
  { begins, lasts, whole }: { begins: number; lasts: number; whole: boolean },
  from: number,
) {
  const wall = Temporal.PlainDateTime.from(new Date(from + begins * MINUTE).toISOString().slice(0, 16));
  const end = wall.add({ minutes: lasts });
  const text = (one: Temporal.PlainDateTime) =>
    whole ? one.toPlainDate().toString() : one.toString({ smallestUnit: 'minute' });
  const to = whole ? wall.add({ days: 1 }) : end;
  return { kind: 'freeze' as const, name: 'x', from: text(wall), to: text(to) };
}

const DAYS_LOOKED_AT = 3;

test('the next opening of a stage is the first minute that satisfies all rules, in any zone and year', () => {
  const reached = { found: 0, later: 0, none: 0, changed: 0, timed: 0, last: 0, narrowed: 0, frozen: 0 };
  fc.assert(
    fc.property(
      start,
      windows,
      fc.option(windows, { nil: undefined }),
      fc.option(windows, { nil: undefined }),
      fc.array(freezeAt, { maxLength: 3 }),
      fc.integer({ min: 0, max: 2 }),
      ({ zone, from }, given, lastStageWindows, own, frozen, stage) => {
        const freezes = frozen.map((one) => freezeFrom(one, from));
        const calendar: Calendar = {
          zone,
          windows: given,
          freezes,
          ...(lastStageWindows ? { lastStageWindows } : {}),
        };
        const plan = planSchema.parse({
          name: 'any',
          release: '1.0.0',
          stages: [
            { share: 0.5, soak: '24h', ...(own ? { windows: own } : {}) },
            { share: 1, soak: '24h', ...(own ? { windows: own } : {}) },
          ],
        });
        // A day on both sides, so that a freeze that began before, or a doubled hour, is read in full.
        const all = minutesFrom(from - 2 * 1_440 * MINUTE, (DAYS_LOOKED_AT + 4) * 1_440, zone);
        const closed = freezes.map((freeze) => frozenMinutes(freeze, all));
        const lists = windowsOfStage(calendar, plan, stage);
        const good = (minute: Minute) =>
          lists.every((list) => inWindows(list, minute)) && closed.every((set) => !set.has(minute.at));
        const ahead = all.filter(({ at }) => at >= from && at < from + DAYS_LOOKED_AT * 1_440 * MINUTE);
        const expected = ahead.find(good);
        const rules = stageRules(calendar, plan, stage);
        const found = nextOpening(rules, from);
        if (!expected) {
          reached.none++;
          expect(found === null || found >= from + DAYS_LOOKED_AT * 1_440 * MINUTE).toBe(true);
          return;
        }
        expect(found).toBe(expected.at);
        expect(whyNot(rules, expected.at)).toEqual([]);
        // The sentences and the search say the same of any minute.
        for (const minute of [ahead[0], ahead[777], ahead[2_000]])
          if (minute) expect(whyNot(rules, minute.at).length === 0).toBe(good(minute));
        reached.found++;
        if (expected.at > from) reached.later++;
        if (offsetAt(from, zone) !== offsetAt(expected.at, zone)) reached.changed++;
        if (frozen.some(({ whole }) => !whole)) reached.timed++;
        if (closed.some((set) => set.has(expected.at - MINUTE))) reached.frozen++;
        if (stage > 0 && lastStageWindows) reached.last++;
        if (own) reached.narrowed++;
      },
    ),
    { numRuns: 250, seed: 11 },
  );
  expect(reached.found).toBeGreaterThan(90);
  expect(reached.later).toBeGreaterThan(60);
  expect(reached.none).toBeGreaterThan(5);
  expect(reached.changed).toBeGreaterThan(15);
  expect(reached.timed).toBeGreaterThan(30);
  expect(reached.frozen).toBeGreaterThan(5);
  expect(reached.last).toBeGreaterThan(25);
  expect(reached.narrowed).toBeGreaterThan(30);
}, 120_000);
