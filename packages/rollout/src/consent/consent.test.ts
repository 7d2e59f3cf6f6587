import { type RefusalCode, presetPolicy, planSchema, type Role } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Candidate,
  type Consent,
  type ConsentCase,
  countOf,
  coversWords,
  mayNotConsent,
  namesOf,
  planChanges,
  type Request,
  requestWords,
  standing,
  stateOf,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 24, 9); // Tuesday
const HOUR = 3_600_000;
const consent = (by: string, onBehalfOf: string | null = null, change: Partial<Consent> = {}): Consent => ({
  by,
  onBehalfOf,
  at: NOW,
  withdrawnAt: null,
  ...change,
});
const request = (change: Partial<Request> = {}): Request => ({
  needed: 1,
  named: [],
  expiresAt: NOW + HOUR,
  expiredAt: null,
  withdrawnAt: null,
  voidedAt: null,
  usedAt: null,
  consents: [],
  ...change,
});

describe('the state of a request', () => {
  const bob = [consent('bob')];
  test.each<[string, Partial<Request>, number, string]>([
    ['is open without consents', {}, NOW, 'open'],
    ['is approved with as many as are needed', { consents: bob }, NOW, 'approved'],
    ['is open with one too few', { consents: bob, needed: 2 }, NOW, 'open'],
    [
      'is open again when a consent is withdrawn',
      { consents: [consent('bob', null, { withdrawnAt: NOW })] },
      NOW,
      'open',
    ],
    [
      'does not count an account that was disabled',
      { consents: [consent('bob', null, { gone: true })] },
      NOW,
      'open',
    ],
    ['is alive a millisecond before its end', { consents: bob }, NOW + HOUR - 1, 'approved'],
    ['has expired at its end, approved or not', { consents: bob }, NOW + HOUR, 'expired'],
    ['stays expired when the clock goes back', { consents: bob, expiredAt: NOW + HOUR }, NOW, 'expired'],
    ['is void for good', { consents: bob, voidedAt: NOW }, NOW, 'void'],
    ['is withdrawn for good', { consents: bob, withdrawnAt: NOW }, NOW, 'withdrawn'],
    ['is used for good, also after its time', { consents: bob, usedAt: NOW }, NOW + 2 * HOUR, 'used'],
  ])('%s', (_, change, now, state) => expect(stateOf(request(change), now)).toBe(state));

  test.each<[string, Consent[], number]>([
    ['two people are two', [consent('bob'), consent('carol')], 2],
    ['one person twice is one', [consent('bob'), consent('bob')], 1],
    ['a delegate and their approver are one', [consent('dave', 'bob'), consent('bob')], 1],
    ['a delegate for two approvers is one', [consent('dave', 'bob'), consent('dave', 'carol')], 1],
    ['a delegate takes their own name too', [consent('dave', 'bob'), consent('dave')], 1],
  ])('counts people: %s', (_, consents, count) => expect(countOf({ consents })).toBe(count));

  test('says who has consented and for whom it waits', () => {
    const two = request({ needed: 2, consents: [consent('dave', 'bob')], named: ['bob', 'carol'] });
    expect(requestWords(two, 'open', 'UTC')).toBe(
      '1 of 2 consents: dave for bob at Tue 24 Nov 09:00; waits for 1 more of bob or carol.',
    );
    expect(requestWords(request(), 'open', 'UTC')).toBe('0 of 1 consents; waits for 1 more of any approver.');
  });
});

const approver = (person: string, roles: Role[] = ['approver']): Candidate => ({ person, roles });
const lent = [{ from: NOW, until: NOW + HOUR, revokedAt: null }];
const given = (change: Partial<ConsentCase> = {}): ConsentCase => ({
  subject: 'rollout',
  person: approver('bob'),
  onBehalfOf: null,
  barred: ['alice'],
  named: [],
  consents: [],
  now: NOW,
  ...change,
});
const dave = approver('dave', ['viewer']);
const forBob = { ...approver('bob'), delegations: lent };

describe('who may consent', () => {
  test.each<[string, Partial<ConsentCase>, RefusalCode | undefined]>([
    ['an approver', {}, undefined],
    ['a commander', { person: approver('bob', ['commander']) }, undefined],
    ['not who asked', { person: approver('alice') }, 'own-request'],
    ['not an operator', { person: approver('bob', ['operator']) }, 'forbidden'],
    ['not a viewer', { person: dave }, 'forbidden'],
    ['not an admin, of a rollout', { person: approver('bob', ['admin']) }, 'forbidden'],
    ['an admin, of a policy', { subject: 'policy', person: approver('bob', ['admin']) }, undefined],
    ['not the admin who asked', { subject: 'policy', person: approver('alice', ['admin']) }, 'own-request'],
    ['only who is named', { named: ['carol'] }, 'forbidden'],
    ['who is named', { named: ['bob'] }, undefined],
    ['nobody twice', { consents: [consent('bob')] }, 'consented-already'],
    ['again after a withdrawal', { consents: [consent('bob', null, { withdrawnAt: NOW })] }, undefined],
    ['not whose delegate has consented', { consents: [consent('dave', 'bob')] }, 'consented-already'],
    ['a delegate without a role of their own', { person: dave, onBehalfOf: forBob }, undefined],
    ['a delegate of who is named', { person: dave, onBehalfOf: forBob, named: ['bob'] }, undefined],
    ['no delegate of who is not', { person: dave, onBehalfOf: forBob, named: ['dave'] }, 'forbidden'],
    ['no delegate who asked', { person: approver('alice'), onBehalfOf: forBob }, 'own-request'],
    ['no delegate of who asked', { person: dave, onBehalfOf: { ...forBob, person: 'alice' } }, 'own-request'],
    [
      'no delegate of who has consented',
      { person: dave, onBehalfOf: forBob, consents: [consent('bob')] },
      'consented-already',
    ],
    [
      'no delegate who has consented for another',
      { person: dave, onBehalfOf: forBob, consents: [consent('dave', 'carol')] },
      'consented-already',
    ],
    [
      'no delegate without a delegation',
      { person: dave, onBehalfOf: { ...forBob, delegations: [] } },
      'forbidden',
    ],
    ['no delegate before its time', { person: dave, onBehalfOf: forBob, now: NOW - 1 }, 'forbidden'],
    ['no delegate at its end', { person: dave, onBehalfOf: forBob, now: NOW + HOUR }, 'forbidden'],
    [
      'no delegate whose delegation was revoked',
      {
        person: dave,
        onBehalfOf: { ...forBob, delegations: [{ from: NOW, until: NOW + HOUR, revokedAt: NOW }] },
      },
      'forbidden',
    ],
    [
      'no delegate of a delegate, who is no approver',
      { person: dave, onBehalfOf: { ...approver('erin', ['viewer']), delegations: lent } },
      'forbidden',
    ],
  ])('%s', (_, change, code) => expect(mayNotConsent(given(change))?.code).toBe(code));

  test('however people consent, delegate and withdraw, nobody counts in two names and no author counts', () => {
    const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'fay', 'gus'];
    const step = fc.record({
      by: fc.constantFrom(...people),
      onBehalfOf: fc.option(fc.constantFrom(...people), { nil: null }),
      withdraw: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
    });
    let reached = 0;
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 3, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, needed) => {
          let consents: Consent[] = [];
          for (const { by, onBehalfOf, withdraw } of steps) {
            if (withdraw) {
              consents = consents.map((one) => (one.by === by ? { ...one, withdrawnAt: NOW } : one));
              continue;
            }
            const behalf = onBehalfOf === null ? null : { ...approver(onBehalfOf), delegations: lent };
            const may = mayNotConsent(given({ person: approver(by), onBehalfOf: behalf, consents }));
            if (may === undefined)
              consents = [...consents, consent(by, onBehalfOf === by ? null : onBehalfOf)];
          }
          const names = standing(consents).flatMap(namesOf);
          expect(new Set(names).size).toBe(names.length);
          expect(names).not.toContain('alice');
          expect(countOf({ consents })).toBe(standing(consents).length);
          const state = stateOf(request({ needed, consents }), NOW);
          expect(state).toBe(standing(consents).length >= needed ? 'approved' : 'open');
          if (state === 'approved' && needed > 1) reached++;
        },
      ),
      { numRuns: 500 },
    );
    expect(reached).toBeGreaterThan(50);
  });
});

describe('the words of a request', () => {
  const plan = planSchema.parse({
    name: 'p',
    release: '3.2.5',
    stages: [
      { share: 0.01, soak: '24h' },
      { share: 1, soak: '48h' },
    ],
  });
  const release = (version: string) => ({ version, manifest: 'ab', artifacts: [] });
  const policy = presetPolicy('golden-rule', 'UTC');
  const covers = {
    subject: 'rollout' as const,
    rollout: 'r-2',
    release: release('3.2.5'),
    wayBack: release('3.2.4'),
    plan,
    policy,
    rehearsal: null,
  };
  const around = { now: NOW, calendar: policy.calendar, devices: 12_000, last: null };

  test('say how many, when at the earliest, that it was not rehearsed, and that nothing was before', () => {
    expect(coversWords(covers, around)).toEqual([
      '3.2.5 is sent to up to 12000 devices; the way back is 3.2.4.',
      'In stages of 1 %, 100 %: the first 120 devices soak for 24h.',
      'The first stage opens at the earliest Tue 24 Nov 09:00 UTC.',
      'It was not rehearsed.',
      'No plan was started here before.',
    ]);
  });

  test('say what is different from the last plan, and when nothing is', () => {
    const quick = planSchema.parse({
      ...plan,
      stages: [{ share: 1, soak: '1h', gate: { maxBadShare: 0.5 } }],
      holdOut: 0,
    });
    expect(planChanges(plan, quick)).toEqual([
      'stages of 100 % instead of 1 %, 100 %.',
      'stage 1 soaks 1h instead of 24h.',
      'stage 1 has another gate.',
      'holdOut is 0 instead of 0.02.',
    ]);
    expect(planChanges(plan, { ...plan, name: 'q', release: '3.2.6' })).toEqual([
      'nothing but the release is different.',
    ]);
  });
});
