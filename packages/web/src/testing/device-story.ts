/** A device that went back from a release and has more to tell. */
import type { DeviceView, TimelineView } from '@tuesday/protocol';

const report: DeviceView['report'] = {
  protocol: 1,
  agent: '0.1.0',
  hardware: 'th-2',
  active: 'a',
  slots: { a: { state: 'confirmed', version: '3.2.4' }, b: { state: 'empty' } },
  bootAttempts: 0,
  health: { ok: false, failing: 'mqtt', excused: ['broker'] },
  errors: ['0x45'],
  environment: { region: 'north' },
  transport: 'http',
  updates: 1,
  rolledBackFrom: ['3.2.5'],
  root: 1,
  trouble: [{ code: 'journal-damaged', because: 'it calls no slot confirmed' }],
};
export const DEVICE: DeviceView = {
  device: 'th-0042',
  hardware: 'th-2',
  enrolledAt: 0,
  lastSeen: Date.UTC(2026, 10, 24, 9),
  held: false,
  report,
  progress: null,
  memberships: [
    { rollout: 'r-7f3a', stage: 0, state: 'rolled-back', because: '3 of 3 boot attempts failed' },
  ],
  rescues: [
    {
      version: '3.2.6',
      kind: 'confirmed',
      because: '3.2.6 was healthy for 600 s and is confirmed.',
      heardAt: Date.UTC(2026, 10, 23, 7),
    },
  ],
  offer: {
    kind: 'none',
    version: null,
    because: 'This device went back from 3.2.5 and does not try it again.',
    againAt: null,
  },
  retries: [{ release: '3.2.5', refused: null }],
};

const AT = Date.UTC(2026, 10, 24, 9);
const MINUTE = 60_000;
const slots = (b: { state: 'trying' | 'empty'; version?: string }) => ({
  a: { state: 'confirmed' as const, version: '3.2.4' },
  b,
});
const reported = {
  kind: 'report' as const,
  version: '3.2.4',
  active: 'a' as const,
  slots: slots({ state: 'empty' }),
  bootAttempts: 0,
  healthy: true,
  failing: null,
  errors: [],
  trouble: [],
  transport: 'mqtt' as const,
};
const tried = {
  ...reported,
  version: '3.2.5',
  active: 'b' as const,
  slots: slots({ state: 'trying', version: '3.2.5' }),
};
const outcome = {
  kind: 'outcome' as const,
  offer: 'r-7f3a.u1',
  rollout: 'r-7f3a',
  code: null,
  errorCode: null,
};

/** How it came to where it is. */
export const STORY: TimelineView = {
  entries: [
    { kind: 'act', at: AT, by: 'alice', verb: 'device.hold', because: 'on the test bench' },
    { ...reported, at: AT - 5 * MINUTE, healthy: false, failing: 'mqtt', errors: ['0x45'] },
    {
      ...outcome,
      at: AT - 6 * MINUTE,
      outcome: 'rolled-back',
      running: '3.2.4',
      code: 'health-failed',
      errorCode: '0x45',
      because: '3 of 3 boot attempts failed',
    },
    { ...tried, at: AT - 12 * MINUTE, bootAttempts: 2, errors: ['0x45'] },
    { ...tried, at: AT - 20 * MINUTE, bootAttempts: 1 },
    { ...outcome, at: AT - 21 * MINUTE, outcome: 'installed', running: '3.2.5', because: 'it came up' },
    {
      kind: 'offered',
      at: AT - 60 * MINUTE,
      offer: 'r-7f3a.u1',
      rollout: 'r-7f3a',
      version: '3.2.5',
      recall: false,
      retry: false,
    },
    {
      ...outcome,
      at: AT - 90 * MINUTE,
      outcome: 'refused',
      running: '3.2.4',
      code: 'metadata-expired',
      because: 'the metadata is from yesterday by this device’s clock',
    },
    { ...reported, at: AT - 4_000 * MINUTE },
    { kind: 'enrolled', at: AT - 4_001 * MINUTE, hardware: 'th-2' },
  ],
  boots: [
    { at: AT - 5 * MINUTE, slot: 'a', version: '3.2.4', on: 'confirmed', attempts: 0 },
    { at: AT - 12 * MINUTE, slot: 'b', version: '3.2.5', on: 'trial', attempts: 2 },
    { at: AT - 20 * MINUTE, slot: 'b', version: '3.2.5', on: 'trial', attempts: 1 },
    { at: AT - 4_000 * MINUTE, slot: 'a', version: '3.2.4', on: 'confirmed', attempts: 0 },
  ],
};
