import { type ParityRules, parityRulesSchema } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { looserParity } from './looser-parity.ts';

const rules = (change: object = {}): ParityRules =>
  parityRulesSchema.parse({ dimensions: [{ name: 'broker' }, { name: 'modem' }], soak: '3h', ...change });
const dimensions = (change: object) => ({ dimensions: [{ name: 'broker', ...change }, { name: 'modem' }] });

test.each<[string, object, object, RegExp]>([
  ['more may be untested', {}, { maxUntested: 0.05 }, /^5 % instead of 1 % of the fleet/],
  ['results count for longer', {}, { maxAge: '91d' }, /for 91d instead of 90d/],
  ['less staging is asked', {}, { soak: '2h' }, /for 2h instead of 3h/],
  ['faster clocks count', {}, { acceleratedSoak: true }, /faster than real time/],
  ['a dimension is gone', {}, { dimensions: [{ name: 'broker' }] }, /by modem/],
  ['who is silent is of no concern', {}, dimensions({ unreported: 'ignored' }), /do not report their broker/],
  [
    'values are told apart by other rules',
    {},
    dimensions({ normalise: { keepParts: 2 } }),
    /Values of broker/,
  ],
])('rules are looser when %s', (_, before, after, words) => {
  expect(looserParity(rules(before), rules(after))).toEqual([expect.stringMatching(words)]);
  expect(looserParity(rules(after), rules(before)).some((one) => !/Values of/.test(one))).toBe(false);
});

test('a dimension more, and the first one of all, loosen nothing', () => {
  const more = { dimensions: [{ name: 'broker' }, { name: 'modem' }, { name: 'region' }] };
  expect(looserParity(rules(), rules(more))).toEqual([]);
  expect(looserParity(rules({ dimensions: [] }), rules({ maxUntested: 0.5 }))).toEqual([]);
});
