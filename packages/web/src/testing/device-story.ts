/** A device that went back from a release and has more to tell. */
import type { DeviceView } from '@tuesday/protocol';

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
};
