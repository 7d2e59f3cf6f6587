import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { closedUntil } from './hours.ts';
import { meteredLink, parseMetered } from './metered-link.ts';
import { Pace } from './pace.ts';
import { permission } from './permission.ts';
import { download } from './ranged-download.ts';
import { downloadSettingsSchema } from './settings.ts';
import { origin, sha256Of } from './testing/origin.ts';

/** Sleeping moves it. */
function handClock(time: number): Clock & { time: number; slept: number[] } {
  return {
    time,
    rate: 1,
    slept: [],
    now() {
      return this.time;
    },
    async sleep(millis) {
      this.slept.push(millis);
      this.time += millis;
    },
  };
}

const at = (text: string) => Date.parse(text);
const settings = (given: object) => downloadSettingsSchema.parse(given);
const night = { from: '22:00', to: '06:00' };

describe('the hours for downloads', () => {
  test.each<[string, string, string, { from: string; to: string }[], string | undefined]>([
    ['begin at their first minute', '2026-11-24T22:00:00Z', 'UTC', [night], undefined],
    ['are closed a second before', '2026-11-24T21:59:59Z', 'UTC', [night], '22:00'],
    ['go over midnight', '2026-11-24T03:00:00Z', 'UTC', [night], undefined],
    ['end before their last minute', '2026-11-24T06:00:00Z', 'UTC', [night], '22:00'],
    ['are those of the zone', '2026-11-24T21:00:00Z', 'Europe/Berlin', [night], undefined],
    ['follow summer time', '2026-07-01T20:00:00Z', 'Europe/Berlin', [night], undefined],
    [
      'name the nearest opening',
      '2026-11-24T12:00:00Z',
      'UTC',
      [night, { from: '13:00', to: '14:00' }],
      '13:00',
    ],
    ['may end at midnight', '2026-11-24T23:59:59Z', 'UTC', [{ from: '20:00', to: '24:00' }], undefined],
    ['none means always', '2026-11-24T12:00:00Z', 'UTC', [], undefined],
  ])('%s', (_, now, zone, hours, expected) => {
    expect(closedUntil(hours, zone, at(now))).toBe(expected);
  });
});

test.each<[string, boolean | undefined]>([
  ['GENERAL.METERED:yes', true],
  ['GENERAL.METERED:yes (guessed)', true],
  ['GENERAL.METERED:no (guessed)\nGENERAL.METERED:unknown', false],
  ['GENERAL.METERED:no\nGENERAL.METERED:yes', true],
  ['GENERAL.METERED:unknown', undefined],
  ['1\n', true],
  ['false', false],
  ['', undefined],
  ['nobody knows', undefined],
])('a link that answers %j is metered: %s', (text, expected) => {
  expect(parseMetered(text)).toBe(expected);
});

describe('who is asked whether the link is metered', () => {
  test('is a file, NetworkManager or a command, and once a minute is enough', async () => {
    const clock = handClock(0);
    const folder = mkdtempSync(join(tmpdir(), 'metered-'));
    const file = join(folder, 'metered');
    writeFileSync(file, 'yes');
    const byFile = meteredLink({ from: 'file', path: file }, clock);
    expect(await byFile()).toBe(true);
    writeFileSync(file, 'no');
    expect(await byFile()).toBe(true);
    clock.time += 60_000;
    expect(await byFile()).toBe(false);
    rmSync(folder, { recursive: true });
    const ran: string[] = [];
    const run = async (command: string, args: readonly string[]) => {
      ran.push([command, ...args].join(' '));
      return 'GENERAL.METERED:yes';
    };
    expect(await meteredLink({ from: 'network-manager', device: 'wwan0' }, clock, run)()).toBe(true);
    expect(ran).toEqual(['nmcli -t -f GENERAL.METERED device show wwan0']);
    expect(await meteredLink({ from: 'command', command: 'echo', args: ['no'] }, clock)()).toBe(false);
    expect(await meteredLink({ from: 'command', command: '/does/not/exist', args: [] }, clock)()).toBe(
      undefined,
    );
  });
});

describe('a download', () => {
  const link = { from: 'command', command: 'echo', args: ['yes'] };
  const noon = at('2026-11-24T12:00:00Z');
  test.each<[string, object, { metered?: boolean; urgent?: boolean; left?: number }, RegExp | undefined]>([
    ['waits for its hours', { hours: [night], zone: 'UTC' }, {}, /goes on at 22:00 in UTC/],
    ['of a recall does not', { hours: [night], zone: 'UTC' }, { urgent: true }, undefined],
    [
      'of a recall does where that is set',
      { hours: [night], zone: 'UTC', urgentWaits: true },
      { urgent: true },
      /22:00/,
    ],
    ['waits for a link that is free', { metered: { allow: 'never', link } }, { metered: true }, /metered/],
    [
      'goes over one that is not metered',
      { metered: { allow: 'never', link } },
      { metered: false },
      undefined,
    ],
    ['goes when nobody can tell', { metered: { allow: 'never', link } }, {}, undefined],
    [
      'goes over a metered link where that is set',
      { metered: { allow: 'always', link } },
      { metered: true },
      undefined,
    ],
    [
      'of few bytes goes over a metered link',
      { metered: { allow: { belowBytes: 1_000 }, link } },
      { metered: true, left: 999 },
      undefined,
    ],
    [
      'of many does not',
      { metered: { allow: { belowBytes: 1_000 }, link } },
      { metered: true, left: 1_000 },
      /1000 bytes are to come/,
    ],
  ])('%s', async (_, given, { metered, urgent = false, left = 5_000 }, expected) => {
    const why = permission(settings(given), handClock(noon), () => Promise.resolve(metered), urgent);
    if (expected === undefined) expect(await why(left)).toBeUndefined();
    else expect(await why(left)).toMatch(expected);
  });

  test('that may not go on says so once, waits without failing, and goes on by itself', async () => {
    const image = Buffer.alloc(200_000, 'firmware');
    await using server = await origin([['/x', image]]);
    const clock = handClock(at('2026-11-24T21:30:00Z'));
    const folder = mkdtempSync(join(tmpdir(), 'hours-'));
    const waited: string[] = [];
    const got = await download({
      url: new URL('/x', server.url),
      headers: {},
      file: join(folder, 'bundle'),
      signed: { length: image.length, sha256: sha256Of(image) },
      clock,
      random: () => 0.5,
      signal: new AbortController().signal,
      backOff: { baseMillis: 1, capMillis: 1 },
      attempts: 1,
      whyNotNow: permission(settings({ hours: [night], zone: 'UTC' }), clock, undefined, false),
      onWaiting: (because) => waited.push(because),
    });
    expect(got).toHaveProperty('file');
    expect(waited).toHaveLength(1);
    expect(clock.time).toBe(at('2026-11-24T22:00:00Z'));
    expect(server.requests).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  test('whose hours end under way stops, keeps what it has, and goes on in the next ones', async () => {
    const image = Buffer.from(Array.from({ length: 900_000 }, (_, index) => index % 251));
    await using server = await origin([['/x', image]]);
    const clock = handClock(at('2026-11-24T05:59:00Z'));
    const folder = mkdtempSync(join(tmpdir(), 'hours-'));
    const pace = new Pace(10_000, clock);
    const percents: number[] = [];
    const got = await download({
      url: new URL('/x', server.url),
      headers: {},
      file: join(folder, 'bundle'),
      signed: { length: image.length, sha256: sha256Of(image) },
      clock,
      random: () => 0.5,
      signal: new AbortController().signal,
      backOff: { baseMillis: 1, capMillis: 1 },
      attempts: 1,
      pace,
      whyNotNow: permission(settings({ hours: [night], zone: 'UTC' }), clock, undefined, false),
      onWaiting: (_, percent) => percents.push(percent),
    });
    expect(got).toHaveProperty('file');
    expect(readFileSync(join(folder, 'bundle')).equals(image)).toBe(true);
    expect(percents).toHaveLength(1);
    expect(percents[0]).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.headers.range).toMatch(/^bytes=[1-9]/);
    expect(clock.time).toBeGreaterThan(at('2026-11-24T22:00:00Z'));
    rmSync(folder, { recursive: true });
  });
});

describe('a bandwidth limit', () => {
  const never = new AbortController().signal;
  test('lets one second through at once and makes the rest wait, to the byte', async () => {
    const clock = handClock(0);
    const pace = new Pace(1_000, clock);
    for (let chunk = 0; chunk < 20; chunk++) await pace.take(500, never);
    expect(clock.time).toBe(9_000);
  });

  test.each([
    ['back by a year', -365 * 86_400_000],
    ['ahead by a year', 365 * 86_400_000],
  ])('neither blocks nor floods when the clock is set %s', async (_, jump) => {
    const clock = handClock(1e12);
    const pace = new Pace(1_000, clock);
    await pace.take(1_000, never);
    clock.time += jump;
    for (let chunk = 0; chunk < 10; chunk++) await pace.take(1_000, never);
    const slept = clock.slept.reduce((sum, millis) => sum + millis, 0);
    expect(slept).toBeGreaterThanOrEqual(9_000);
    expect(slept).toBeLessThanOrEqual(10_000);
  });
});

test.each<[string, object]>([
  ['bytesPerSecond', { bytesPerSecond: 100 }],
  ['hours.0.to', { hours: [{ from: '06:00', to: '06:00' }] }],
  ['zone', { zone: 'Mars/Olympus' }],
  ['mirrors.0', { mirrors: ['ftp://x'] }],
  ['metered.link', { metered: { allow: 'never', link: { from: 'guess' } } }],
  ['metered.allow', { metered: { allow: 'sometimes', link: { from: 'file', path: 'x' } } }],
])('settings with a wrong %s are refused, and the field is named', (field, given) => {
  const issues = downloadSettingsSchema.safeParse(given).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.')).join(' ')).toContain(field);
});
