import { planSchema } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { report } from '../testing/fleet.ts';
import type { RolloutTerms } from './active-rollouts.ts';
import { troubleBy } from './trouble.ts';

const plan = planSchema.parse({
  name: 'p',
  release: '3.2.5',
  stages: [{ share: 1, soak: '24h' }],
  metrics: [
    { name: 'reconnectsPerHour', worse: 'above', bound: 20 },
    { name: 'battery', worse: 'below', bound: 15 },
  ],
});
const terms: RolloutTerms = {
  rollout: 'r-1',
  release: '3.2.5',
  wayBack: '3.2.4',
  plan,
  silentAfterMillis: 1,
  failingErrors: new Set(['0x45']),
  harmlessErrors: new Set(['0x7']),
};
const trying = {
  a: { state: 'trying', version: '3.2.5' },
  b: { state: 'confirmed', version: '3.2.4' },
} as const;

test.each<[string, Parameters<typeof report>[0], string[]]>([
  ['a report in which all is well', {}, []],
  ['an error that the release documents', { errors: ['0x45'] }, ['0x45']],
  ['an error that nobody documents', { errors: ['0x99'] }, ['0x99']],
  ['an error that is declared harmless', { errors: ['0x7'] }, []],
  ['a failing check', { health: { ok: false, failing: 'mqtt session' } }, ['check:mqtt-session']],
  [
    'a version that is tried and still starts',
    { health: { ok: false, failing: 'starting' }, slots: trying },
    [],
  ],
  ['an error of a version that is tried', { errors: ['0x45'], slots: trying }, ['0x45']],
  ['a metric beyond its bound', { metrics: { reconnectsPerHour: 21 } }, ['metric:reconnectsPerHour']],
  ['a metric at its bound', { metrics: { reconnectsPerHour: 20, battery: 15 } }, []],
  ['a metric below a lower bound', { metrics: { battery: 14 } }, ['metric:battery']],
  ['a metric that no plan names', { metrics: { uptime: 1e9 } }, []],
])('%s', (_, change, expected) => {
  expect(
    troubleBy([terms])({
      kind: 'check-in',
      device: 'd',
      at: 0,
      body: report(change),
      text: '',
      hash: Buffer.alloc(0),
    }),
  ).toEqual(expected);
});
