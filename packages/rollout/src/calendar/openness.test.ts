import { type Calendar, goldenRule } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { when } from './local-time.ts';
import { nextOpening } from './opening-rule.ts';
import { openness } from './openness.ts';
import { policyRules } from './stage-rules.ts';

const at = (text: string) => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const berlin = (text: string) => at(`${text}[Europe/Berlin]`);
const rule = goldenRule('Europe/Berlin');
const night: Calendar = { ...rule, windows: [{ days: ['sunday'], from: '02:15', to: '02:45' }] };
const frozen: Calendar = {
  ...rule,
  freezes: [{ kind: 'freeze', name: 'fair', from: '2026-11-24', to: '2026-11-25' }],
};

describe('the next opening', () => {
  test.each<[string, Calendar, string, string | null]>([
    ['of a Friday evening is Tuesday morning', rule, '2026-11-20T17:30', '2026-11-24T09:00'],
    ['at the start of a window is now', rule, '2026-11-24T09:00', '2026-11-24T09:00'],
    ['just before the end is now', rule, '2026-11-24T11:59:59.999', '2026-11-24T11:59:59.999'],
    ['at the end of a window is the next one', rule, '2026-11-24T12:00', '2026-11-25T09:00'],
    ['passes over a frozen day', frozen, '2026-11-24T09:30', '2026-11-25T09:00'],
    ['is in the first of two doubled hours', night, '2026-10-25T00:00', '2026-10-25T02:15+02:00'],
    ['is in the second of them, too', night, '2026-10-25T02:50+02:00', '2026-10-25T02:15+01:00'],
    ['passes over a skipped hour', night, '2026-03-29T00:00', '2026-04-05T02:15'],
    ['never comes without windows', { ...rule, windows: [] }, '2026-11-24T09:30', null],
    [
      'never comes in a long freeze',
      { ...rule, freezes: [{ kind: 'freeze', name: 'x', from: '2020-01-01', to: '2090-01-01' }] },
      '2026-11-24T09:30',
      null,
    ],
  ])('%s', (_, calendar, from, expected) => {
    expect(nextOpening(policyRules(calendar).ordinary, berlin(from))).toBe(
      expected === null ? null : berlin(expected),
    );
  });
});

test('the sentences name day, zone and the next opening', () => {
  expect(openness(policyRules(rule).ordinary, 'Europe/Berlin', berlin('2026-11-20T17:30')).because).toBe(
    'Friday 17:30 Europe/Berlin is outside the change window (Tuesday, Wednesday 09:00–12:00). The next opening is Tue 24 Nov 09:00.',
  );
  expect(
    openness(policyRules(frozen).ordinary, 'Europe/Berlin', berlin('2026-11-24T09:30')).because,
  ).toContain('is in the freeze "fair"');
  expect(when(berlin('2026-09-01T09:05'), 'Europe/Berlin')).toBe('Tue 1 Sep 09:05');
});
