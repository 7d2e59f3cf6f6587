/** Views as a server would send them. For tests. */
import {
  type Evidence,
  type Phase,
  planSchema,
  type ReleaseManifest,
  type ReleaseView,
  type RolloutView,
  type StatusView,
} from '@tuesday/protocol';

export const NOW = Date.UTC(2026, 10, 24, 9);
const NOTHING: Evidence = {
  offered: 0,
  pending: 0,
  installed: 0,
  proven: 0,
  failed: 0,
  rolledBack: 0,
  silent: 0,
};

export const status: StatusView = {
  product: 'tuesday',
  version: '0.1.0',
  now: NOW,
  clockRate: 1,
  trustInstalled: true,
  devices: 240,
  rollouts: 1,
};

export function rolloutView(phase: Phase, because: string, evidence: Partial<Evidence> = {}): RolloutView {
  const plan = planSchema.parse({
    name: 'thermostat 3.2.5',
    release: '3.2.5',
    stages: [
      { share: 0.1, soak: '24h' },
      { share: 1, soak: '72h' },
    ],
  });
  return {
    rollout: 'r1',
    name: plan.name,
    release: '3.2.5',
    wayBack: '3.2.4',
    plan,
    planDigest: 'ab'.repeat(32),
    phase,
    stage: 0,
    paused: [],
    because,
    lookAgainAt: phase === 'halted' ? null : NOW + 900_000,
    now: NOW,
    createdAt: NOW,
    devices: 240,
    exposed: 24,
    harmed: 4,
    stages: plan.stages.map((stage, index) => ({
      stage: index,
      plan: stage,
      size: index === 0 ? 24 : 216,
      openedAt: index === 0 ? NOW : null,
      soakEndsAt: index === 0 ? NOW + 43_200_000 : null,
      passedAt: null,
      evidence: index === 0 ? { ...NOTHING, ...evidence } : NOTHING,
      verdict: null,
      power: { sees: 0.08, because: 'This stage of 24 can see a defect that hits 8 % of the fleet.' },
    })),
    control: { devices: 216, silent: 0 },
    trial: { evidence: null, pauseAt: 1, haltAt: 2, lines: [], untestable: [], wrong: null },
    excluded: [],
    untested: 0,
    rehearsal: null,
    author: 'alice',
    approval: null,
    acknowledged: null,
    blame: [{ attribute: 'broker', value: '2.0.18', offered: 4, bad: 4, certain: true }],
    events: [],
  };
}

export function releaseView(
  manifest: ReleaseManifest,
  have: number,
  state: ReleaseView['state'],
): ReleaseView {
  const keys = ['alice', 'bob'].map((label) => ({ keyid: label.padEnd(64, '0'), label }));
  return {
    version: manifest.version,
    state,
    manifest,
    createdAt: NOW,
    publishedAt: state === 'published' ? NOW : null,
    missingArtifacts: [],
    signatures: { have: keys.slice(0, have), need: 2 },
  };
}
