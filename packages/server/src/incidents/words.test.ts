/** The sentences that people act on: each case is one that somebody reads at two in the morning. */
import type { GlassView, IncidentState, IncidentView, Phase } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costView } from './cost.ts';
import type { Harm } from './harmed.ts';
import { textsOf } from './texts.ts';
import { summaryOf } from './words.ts';

const WELL = { itself: 0, recall: 0, rescue: 0, release: 0, relay: 0, waiting: 0, technician: 0 };

function harmOf(ways: Partial<Record<keyof typeof WELL, number>>): Harm {
  const recovery = { ...WELL, ...ways };
  const devices = Object.values(ways).reduce((sum, count) => sum + count, 0);
  const none = { failed: 0, rolledBack: 0, silent: 0, excluded: 0 };
  return { harmed: { ...none, devices, rolledBack: devices, exposed: 30 }, recovery };
}

interface Case {
  phase?: Phase | 'none';
  state?: IncidentState;
  code?: string | null;
  ways?: Partial<Record<keyof typeof WELL, number>>;
  glasses?: GlassView[];
}

function sentences({ phase = 'halted', state = 'open', code = null, ways = {}, glasses = [] }: Case) {
  const row = { incident: 'i-1', title: 'It is cold', state, code, closing_note: 'all is well' };
  const rollout =
    phase === 'none'
      ? undefined
      : { rollout: 'r-1', name: 'Thermostat', release: '3.2.5', phase, way_back: '3.2.4' };
  return summaryOf({ scope: { row, rollout }, ...harmOf(ways), blame: [], glasses });
}

const openGlass = { review: { closedAt: null } } as GlassView;

describe('what comes next', () => {
  test.each<[string, Case, string]>([
    [
      'a rollout that still goes on is stopped first',
      { phase: 'soaking', ways: { waiting: 2 } },
      'tuesday rollout halt r-1',
    ],
    [
      'devices that can be reached are sent back',
      { ways: { waiting: 2, technician: 1 } },
      'tuesday rollout recall r-1',
    ],
    [
      'while they are sent back people wait',
      { phase: 'recalling', ways: { waiting: 2 } },
      'Wait for 2 devices',
    ],
    [
      'who is out of reach is visited',
      { phase: 'recalled', ways: { recall: 9, technician: 1 } },
      'tuesday incident technicians i-1',
    ],
    [
      'then the glass is reviewed',
      { phase: 'recalled', ways: { recall: 9 }, glasses: [openGlass] },
      'tuesday break-glass list',
    ],
    ['then it is closed', { phase: 'recalled', ways: { recall: 9 } }, 'close this with a note'],
    ['a halt that harmed nobody is gone on from, or closed', {}, 'exclude the culprit'],
    ['about nothing in particular nobody is called healed', { phase: 'none' }, 'Find out which devices'],
    [
      'about a code the common thing is looked for',
      { phase: 'none', code: '0x45', ways: { waiting: 1 } },
      'has in common',
    ],
    ['closed is closed', { state: 'closed', ways: { technician: 3 } }, 'it is closed. all is well.'],
  ])('%s', (_, given, expected) => {
    expect(sentences(given).next).toContain(expected);
  });
});

describe('who is healed', () => {
  test.each<[string, Case, string]>([
    ['nobody went wrong', {}, 'Nobody has to be healed.'],
    ['nobody is well yet', { ways: { waiting: 3 } }, 'None of them is well again yet.'],
    [
      'all, by two ways',
      { ways: { itself: 1_564, recall: 2 } },
      'All of them are well again: 1,564 by themselves, 2 by recall.',
    ],
    ['one of several', { ways: { rescue: 1, technician: 4 } }, '1 of them is well again: 1 by rescue.'],
  ])('%s', (_, given, expected) => {
    expect(sentences(given).healed).toBe(expected);
  });
});

const PRICES = {
  currency: 'USD',
  perTicket: 25,
  perVisit: 150,
  replacementsPerVisit: 40,
  perMillionReconnects: 31,
  goodwillPerHarmed: 100,
  ticketsPerHarmed: 0.2,
};
const priced = { prices: PRICES, source: 'Ours.', setBy: 'x', setAt: 0 };

test('doing nothing is never cheaper than what was spent, and the whole fleet never cheaper than a part of it', () => {
  const count = fc.integer({ min: 0, max: 5_000 });
  const ways = fc.record({ itself: count, recall: count, waiting: count, technician: count });
  let reached = 0;
  fc.assert(
    fc.property(ways, count, count, count, (given, tickets, visits, spare) => {
      const harm = harmOf(given);
      const exposed = harm.harmed.devices + spare;
      const harmed = { ...harm.harmed, exposed };
      const cost = costView({ ...harm, harmed, tickets, visits, devices: exposed + spare }, priced);
      expect(cost.ifNothing.total).toBeGreaterThanOrEqual(cost.soFar.total);
      if (cost.wholeFleet === null) return;
      reached++;
      expect(cost.wholeFleet.total).toBeGreaterThanOrEqual(cost.soFar.total);
    }),
  );
  expect(reached).toBeGreaterThan(50);
});

describe('texts to send', () => {
  function texts(phase: Phase | null, given: Case['ways'] = {}, state: IncidentState = 'open') {
    const harm = harmOf(given);
    const rollout: IncidentView['rollout'] =
      phase === null ? null : { rollout: 'r-1', name: 'T', wayBack: '3.2.4', phase, because: '' };
    const numbers = { ...harm, tickets: 0, visits: 0, devices: 100 };
    return textsOf(
      {
        title: 'It is cold',
        state,
        openedAt: 0,
        closedAt: state === 'closed' ? 1 : null,
        summary: sentences({ ways: given }),
        ...harm,
        tickets: { count: 0, codes: [], since: 0, newest: [] },
        cost: costView(numbers, priced),
        release: phase === null ? null : '3.2.5',
        rollout,
        now: 0,
      },
      'UTC',
    );
  }

  test.each<Phase | null>(['soaking', 'completed', null])('of %s never say that it was stopped', (phase) => {
    const { customers, status } = texts(phase, { waiting: 1 });
    expect(`${customers} ${status}`).not.toMatch(/stopped|no further/i);
    expect(customers).toContain('looking for the cause');
  });

  test('of a halt say so', () => {
    const { customers, status } = texts('halted', { waiting: 1, itself: 2 });
    expect(customers).toContain('no further device gets it');
    expect(status).toContain('3 devices went wrong, 2 are well again, 1 is not yet.');
  });

  test('promise a visit only when somebody needs one, and health only when all have it', () => {
    expect(texts('halted', { technician: 1 }).customers).toContain('we will call you');
    expect(texts('recalled', { recall: 4 }).customers).toContain(
      'All devices that went wrong are well again.',
    );
    expect(texts(null).customers).not.toContain('well again');
    expect(texts('recalled', { recall: 4 }, 'closed').status).toMatch(/^Resolved, .*This is over\.$/s);
  });
});
