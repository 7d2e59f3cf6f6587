/** A recovery campaign as a server would send it. For tests. */
import type { CampaignView } from '@tuesday/protocol';
import { NOW } from './views.ts';

const HOUR = 3_600_000;

export function campaignView(change: Partial<CampaignView> = {}): CampaignView {
  return {
    recovery: 'rc-1',
    title: 'Silent thermostats',
    state: 'running',
    incident: 'i-1',
    release: '3.2.6',
    devices: 9,
    plannedAt: NOW - 2 * HOUR,
    plannedBy: 'alice',
    startedAt: NOW - HOUR,
    endedAt: null,
    now: NOW,
    because: 'two days silent',
    filter: null,
    roads: ['http', 'relay', 'rescue', 'technician'],
    visitsPerDay: 2,
    waitHours: 24,
    startedBy: 'alice',
    endedBy: null,
    endedBecause: null,
    summary: { what: '3 of 9 devices are healed.', why: 'They are to run 3.2.6.', next: 'Wait.' },
    standing: { waiting: 2, heard: 1, technician: 2, visited: 0, healed: 3, 'given-up': 1 },
    healedBy: { http: 1, relay: 2, technician: 0, itself: 0, unsaid: 0 },
    open: { http: 1, relay: 1, rescue: 3, technician: 5 },
    groups: [
      {
        hardware: 'th-1',
        devices: 2,
        open: { http: 0, relay: 0, rescue: 0, technician: 2 },
        because: '3.2.6 has no signed artifact for th-1.',
        try: 'publish a recovery release for it',
      },
    ],
    through: [{ neighbour: 'th-0007', healed: 2 }],
    relays: 3,
    progress: [{ at: NOW, healed: 3, visited: 0, 'given-up': 1 }],
    mayNot: { start: null, stop: null, finish: null, visit: null },
    ...change,
  };
}
