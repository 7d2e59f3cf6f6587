/** A fleet in which every screen has something to show. */
import { glass, REVIEWED } from './people-story.ts';
import { CHECKED, COMPOSITION } from './plan-story.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { soaking } from './story.ts';

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
  server.script.viewComposition = () => COMPOSITION;
  server.script.checkPlan = () => CHECKED;
}
