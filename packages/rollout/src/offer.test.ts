import { type CheckIn, type Phase, planSchema } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { initialState } from './evolve.ts';
import { isUpdateOfferId, offerFor, type OfferCase, turnOf, versionOf } from './offer.ts';

const HOUR = 3_600_000;
const OPEN = Date.UTC(2026, 10, 24, 9);
const plan = planSchema.parse({
  name: 'p',
  release: '3.2.5',
  stages: [
    { share: 0.1, soak: '24h', pace: '6h' },
    { share: 1, soak: '24h' },
  ],
});
const report = (version: string, change: Partial<CheckIn> = {}): CheckIn => ({
  protocol: 1,
  agent: '0.1.0',
  hardware: 'th-2',
  active: 'a',
  slots: { a: { state: 'confirmed', version }, b: { state: 'empty' } },
  bootAttempts: 0,
  health: { ok: true },
  errors: [],
  environment: {},
  transport: 'http',
  updates: 0,
  rolledBackFrom: [],
  root: 1,
  ...change,
});
const state = (phase: Phase) => ({ ...initialState(), phase, stage: 0, openedAt: { 0: OPEN } });
const given = (change: Partial<OfferCase> = {}): OfferCase => ({
  state: state('soaking'),
  plan,
  rollout: 'r-1',
  release: '3.2.5',
  wayBack: '3.2.4',
  targets: { update: 'u', recall: 'r' },
  member: { stage: 0, state: 'waiting', recalled: false },
  device: 'd1',
  now: OPEN + 7 * HOUR,
  held: null,
  report: report('3.2.4'),
  ...change,
});
const member = (change: Partial<OfferCase['member']>) => ({ member: { ...given().member, ...change } });
const runs = { report: report('3.2.5') };

test.each<[string, Partial<OfferCase>, 'update' | 'recall' | 'none']>([
  ['a waiting device of the open stage is offered the release', {}, 'update'],
  [
    'one outside its hours is not',
    { deviceHours: { hours: { from: '22:00', to: '06:00' }, zone: 'UTC' } },
    'none',
  ],
  [
    'one inside its hours is',
    { deviceHours: { hours: { from: '10:00', to: '17:00' }, zone: 'UTC' } },
    'update',
  ],
  [
    'one outside its hours goes back all the same',
    {
      ...runs,
      state: state('recalling'),
      deviceHours: { hours: { from: '22:00', to: '06:00' }, zone: 'UTC' },
    },
    'recall',
  ],
  ['one of a later stage is not', member({ stage: 1 }), 'none'],
  ['one whose turn has not come is not', { now: OPEN - 1 }, 'none'],
  ['a held one is not', { held: 'in the lab' }, 'none'],
  ['one that runs the release is not', runs, 'none'],
  ['one that runs something newer is not', { report: report('3.3.0') }, 'none'],
  ['one that went back from it is not', { report: report('3.2.4', { rolledBackFrom: ['3.2.5'] }) }, 'none'],
  [
    'one that went back from it gets a second try where an operator allows it',
    {
      report: report('3.2.4', { rolledBackFrom: ['3.2.5'] }),
      ...member({ state: 'rolled-back', retries: 1, retrying: true }),
    },
    'update',
  ],
  [
    'one whose second try is over is not',
    {
      report: report('3.2.4', { rolledBackFrom: ['3.2.5'] }),
      ...member({ state: 'rolled-back', retries: 1, retrying: false }),
    },
    'none',
  ],
  [
    'one with a second try is not in a pause',
    {
      report: report('3.2.4', { rolledBackFrom: ['3.2.5'] }),
      ...member({ state: 'rolled-back', retries: 1, retrying: true }),
      state: { ...state('soaking'), paused: ['evidence'] },
    },
    'none',
  ],
  [
    'one with a second try that does not say that it went back is not',
    member({ state: 'rolled-back', retries: 1, retrying: true }),
    'none',
  ],
  [
    'one that went back from the way back before is not recalled to it',
    { report: report('3.2.5', { rolledBackFrom: ['3.2.4'] }), state: state('recalling') },
    'none',
  ],
  ['one that failed is not', member({ state: 'failed' }), 'none'],
  ['one that is not healthy before is not', { report: report('3.2.4', { health: { ok: false } }) }, 'none'],
  ['one that is in the middle of a try is not', { report: report('3.2.4', { bootAttempts: 1 }) }, 'none'],
  ['nobody is in a pause', { state: { ...state('soaking'), paused: ['evidence'] } }, 'none'],
  ['nobody is after a halt', { state: state('halted') }, 'none'],
  ['in a recall who runs it is sent back', { ...runs, state: state('recalling') }, 'recall'],
  ['in a recall nobody else is', { state: state('recalling') }, 'none'],
  ['after a recall who comes late is sent back', { ...runs, state: state('recalled') }, 'recall'],
  [
    'who came back is left alone',
    { ...runs, ...member({ recalled: true }), state: state('recalled') },
    'none',
  ],
  ['who is excluded and runs it is sent back', { ...runs, ...member({ state: 'excluded' }) }, 'recall'],
  ['who is excluded and does not is held', member({ state: 'excluded', because: 'broker' }), 'none'],
])('%s', (_, change, expected) => {
  const offer = offerFor(given(change));
  expect(offer.kind).toBe(expected);
  if (offer.kind === 'none') expect(offer.because.length).toBeGreaterThan(10);
});

test('turns spread over the pace, each at a time of its own, and stay where they are', () => {
  const turns = Array.from({ length: 600 }, (_, index) => turnOf(given({ device: `d${index}` })));
  expect(Math.min(...turns)).toBeGreaterThanOrEqual(OPEN);
  expect(Math.max(...turns)).toBeLessThan(OPEN + 6 * HOUR);
  const early = turns.filter((turn) => turn < OPEN + 2 * HOUR).length;
  expect(early).toBeGreaterThan(150);
  expect(early).toBeLessThan(250);
  expect(turns[7]).toBe(turnOf(given({ device: 'd7', now: 0 })));
  expect(turnOf(given(member({ stage: 1 })))).toBe(0);
});

test.each<[CheckIn['slots']['a']['state'], string | undefined]>([
  ['trying', '3.2.5'],
  ['confirmed', '3.2.5'],
  ['good', undefined],
  ['bad', undefined],
])('a slot that is %s is taken to run %s', (slot, expected) => {
  expect(
    versionOf(report('', { slots: { a: { state: slot, version: '3.2.5' }, b: { state: 'empty' } } })),
  ).toBe(expected);
});

test('an offer names its device, and a second try is told from the first by its name', () => {
  expect(offerFor(given())).toMatchObject({ device: 'd1', offer: 'r-1.u1' });
  expect(offerFor(given())).not.toHaveProperty('retry');
  expect(offerFor(given({ ...runs, state: state('recalling') }))).toMatchObject({
    device: 'd1',
    offer: 'r-1.r1',
  });
  const fled = { report: report('3.2.4', { rolledBackFrom: ['3.2.5'] }) };
  const second = offerFor(
    given({ ...fled, ...member({ state: 'rolled-back', retries: 2, retrying: true }) }),
  );
  expect(second).toMatchObject({ kind: 'update', offer: 'r-1.u3', retry: true });
});

test.each([
  ['r-1.u1', true],
  ['r-1.u12', true],
  ['r-1.u0', false],
  ['r-1.u01', false],
  ['r-1.u', false],
  ['r-1.r1', false],
  ['r-2.u1', false],
  ['r-1.u99999', false],
])('%s as the name of an offer under r-1: %s', (offer, expected) => {
  expect(isUpdateOfferId('r-1', offer)).toBe(expected);
});
