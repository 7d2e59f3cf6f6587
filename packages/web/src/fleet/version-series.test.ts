import { expect, test } from 'vitest';
import { versionBands } from './version-series.ts';

const point = (at: number, versions: Record<string, number>) => ({
  at,
  devices: 100,
  silent: 0,
  unhealthy: 0,
  versions: Object.entries(versions).map(([version, devices]) => ({ version, devices })),
});

test('versions stand in their order, the newest last and strongest, absent ones as zero', () => {
  const { series, points } = versionBands({
    points: [point(0, { '3.2.10': 5, '3.2.9': 90 }), point(1, { '3.2.10': 60, '3.2.10-rc.1': 2 })],
  });
  expect(series.map(({ name }) => name)).toEqual(['3.2.9', '3.2.10-rc.1', '3.2.10']);
  expect(series.map(({ colour }) => /(\d+)%/.exec(colour)?.[1])).toEqual(['18', '52', '100']);
  expect(points.map(({ values }) => values)).toEqual([
    [90, 0, 5],
    [0, 2, 60],
  ]);
});

test('what few devices ever ran is one band at the bottom, and nothing gets lost', () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`1.0.${index}`, index + 1]));
  const { series, points } = versionBands({ points: [point(0, many)] });
  expect(series.map(({ name }) => name)).toEqual(['others', '1.0.4', '1.0.5', '1.0.6', '1.0.7', '1.0.8']);
  expect(points[0]?.values).toEqual([1 + 2 + 3 + 4, 5, 6, 7, 8, 9]);
});
