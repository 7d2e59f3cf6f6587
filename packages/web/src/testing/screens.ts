/** Every screen for people and time: its path, what is there when it is ready, and a fleet in which each has something to show. */
import { glass, REVIEWED } from './people-story.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { ROLLOUT, soaking } from './story.ts';

const draft = () => ({
  ...soaking(),
  phase: 'draft' as const,
  stage: null,
  lookAgainAt: null,
  exposed: 0,
  because: 'alice wrote it; nothing moves until somebody starts it.',
  stages: soaking().stages.map((one) => ({ ...one, openedAt: null, soakEndsAt: null, verdict: null })),
  events: [],
  approval: {
    approval: 'a-41',
    state: 'open' as const,
    have: 1,
    needed: 2,
    because: 'carol has consented; one more person is needed until Fri 27 Nov 07:00 Europe/Berlin.',
  },
});

/** `ready` is what is there when the screen is. */
export const SCREENS: ReadonlyArray<readonly [name: string, path: string, ready: string]> = [
  ['approvals', '/approvals', 'Waiting for you'],
  ['approval', '/approvals/a-41', 'Different from the last plan'],
  ['own-request', '/approvals/a-42', 'nobody consents to what they asked for'],
  ['draft', `/rollouts/${ROLLOUT}`, 'Before it starts'],
  ['fleet', '/fleet', 'new since'],
  ['devices', '/devices', 'th-0025'],
  ['device', '/devices/th-0042', 'Went back by itself'],
  ['codes', '/codes', 'Room sensor out of range'],
  ['code', '/codes/0x45', 'What each release said'],
  ['stub', '/codes/0x77', 'Nobody has said what it means'],
  ['incidents', '/incidents', 'Boilers are cold'],
  ['incident', '/incidents/i-4f2a91c07be3', 'Texts to send'],
  ['break-glass', '/break-glass', 'Right to act alone'],
  ['calendar', '/calendar', 'nobody on watch'],
  ['people', '/settings/people', 'Erin Ward'],
  ['tokens', '/settings/tokens', 'build server'],
  ['notifications', '/settings/notifications', 'answered 503'],
  ['policy', '/settings/policy', '2 people start a rollout'],
  ['account', '/account', 'Chrome 155 on Windows'],
  ['audit', '/audit', 'rollout: stage opened'],
];

function earlierPlan() {
  const now = draft();
  const stages = now.plan.stages.map((stage, index) =>
    index === 0 ? { ...stage, share: 0.01, soak: '48h' } : stage,
  );
  return {
    ...now,
    rollout: 'r-6fj1',
    name: 'Thermostat 3.2.4',
    plan: { ...now.plan, name: 'Thermostat 3.2.4', release: '3.2.4', stages },
  };
}

/** A draft that waits for consent, the plan before it, and a glass that is reviewed. */
export function tellOfScreens(server: ScriptedServer): void {
  const [now, before] = [draft(), earlierPlan()];
  server.view = now;
  const row = (one: typeof now, createdAt: number, phase: 'draft' | 'completed') => ({
    rollout: one.rollout,
    name: one.name,
    release: one.release,
    phase,
    stage: null,
    stages: 3,
    because: one.because,
    createdAt,
  });
  server.list = {
    rollouts: [row(now, now.createdAt, 'draft'), row(before, now.createdAt - 9e8, 'completed')],
  };
  server.script.viewRollout = ({ params }) => (params['rollout'] === before.rollout ? before : now);
  server.script.listGlasses = () => ({ glasses: [glass(), REVIEWED] });
}
