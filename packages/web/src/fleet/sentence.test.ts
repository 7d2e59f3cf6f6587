import { expect, test } from 'vitest';
import { sentenceOf } from './sentence.ts';

const inventory = (...counts: number[]) => {
  const devices = counts.reduce((sum, one) => sum + one, 0);
  const values = counts.map((count, index) => ({
    value: `3.2.${index}`,
    devices: count,
    share: count / devices,
    firstSeenAt: 0,
    spellings: [],
  }));
  return { devices, dimensions: [{ name: 'version', declared: false, values, more: 0 }] };
};
const point = (unhealthy: number, silent: number | null) => ({
  at: 0,
  devices: 100,
  unhealthy,
  silent,
  versions: [],
});

test.each([
  ['a fleet without a report', inventory(), undefined, 'No device has reported yet.'],
  ['one version', inventory(7), undefined, 'All 7 devices run 3.2.0.'],
  ['two versions', inventory(75, 25), undefined, '75 % of 100 devices run 3.2.0.'],
  ['nothing wrong', inventory(9), [point(0, 0)], 'All 9 devices run 3.2.0. Nobody is unhealthy or silent.'],
  [
    'a server that has just begun to listen',
    inventory(9),
    [point(0, null)],
    'All 9 devices run 3.2.0. Nobody is unhealthy; who is silent is not known yet, the server has not listened for long enough.',
  ],
  [
    'trouble that grew',
    inventory(9),
    [point(0, 0), point(1, 4)],
    'All 9 devices run 3.2.0. 1 device unhealthy and 4 devices silent, more than at the beginning.',
  ],
  [
    'trouble that went',
    inventory(9),
    [point(9, 0), point(1, 0)],
    'All 9 devices run 3.2.0. 1 device unhealthy, fewer than at the beginning.',
  ],
])('%s', (_, fleet, points, expected) => {
  expect(sentenceOf(fleet, points && { points })).toBe(expected);
});
