/** An incident as a server would send it. For tests. */
import type { IncidentView } from '@tuesday/protocol';
import { NOW } from './views.ts';

const HOUR = 3_600_000;
const cost = (total: number, amount: number) => ({
  currency: 'USD',
  total,
  supposing: `supposing ${total}`,
  lines: [
    { item: 'support' as const, amount, from: '12 tickets × 25 USD' },
    { item: 'cloud' as const, amount: null, from: 'not known' },
  ],
});

export function incidentView(change: Partial<IncidentView> = {}): IncidentView {
  return {
    incident: 'i-1',
    title: 'Thermostat (3.2.5) has halted',
    state: 'open',
    cause: 'halt',
    because: '7 of 8 went wrong.',
    openedAt: NOW - HOUR,
    openedBy: 'judge',
    mitigatedAt: null,
    closedAt: null,
    closedBy: null,
    closingNote: null,
    release: '3.2.5',
    code: null,
    now: NOW,
    rollout: { rollout: 'r1', name: 'Thermostat', wayBack: '3.2.4', phase: 'halted', because: '7 of 8' },
    summary: {
      what: 'Thermostat has halted.',
      harmed: '8 of 30 devices went wrong.',
      healed: '6 of them are well again.',
      next: 'Send back 1 device: tuesday rollout recall r1.',
    },
    harmed: { devices: 8, failed: 1, rolledBack: 6, silent: 1, excluded: 0, exposed: 30 },
    recovery: { itself: 6, recall: 0, rescue: 0, relay: 0, release: 0, waiting: 1, technician: 1 },
    blame: [{ attribute: 'broker', value: 'mosquitto 2.0.18', offered: 8, bad: 8, certain: true }],
    hypotheses: [
      {
        hypothesis: 'h-1',
        text: 'it loops',
        by: 'sam',
        at: NOW,
        verdict: 'supported',
        because: 'a capture',
        judgedBy: 'sam',
        judgedAt: NOW,
      },
    ],
    tickets: { count: 12, codes: [{ code: '0x45', tickets: 12 }], since: NOW - HOUR, newest: [] },
    visits: 0,
    cost: {
      prices: 'Prices of the Friday incident.',
      soFar: cost(1_100, 300),
      ifNothing: cost(1_400, 300),
      wholeFleet: null,
    },
    glasses: [],
    timeline: [
      { at: NOW, kind: 'rollout', who: 'judge', what: 'The rollout was halted', because: 'x', path: null },
    ],
    timelineCut: false,
    texts: { customers: 'Hello,', support: 'S', management: 'M', status: 'Investigating' },
    savedTexts: [],
    ...change,
  };
}
