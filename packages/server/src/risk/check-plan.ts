/** The check of a plan, with the risk of starting it now. */
import type { OrRefused, Plan, PlanCheckView } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import { checkPlan } from '../rollouts/check-plan.ts';
import { riskOf } from './view-risk.ts';

export async function checkPlanWithRisk(
  context: Pick<Context, 'db' | 'clock' | 'random'>,
  plan: Plan,
): Promise<OrRefused<PlanCheckView>> {
  const checked = await checkPlan(context, plan);
  if ('refused' in checked) return checked;
  const [first] = checked.stages;
  const risk = await riskOf(context.db, {
    plan,
    devices: { all: checked.devices, first: first?.size ?? 0 },
    power: first?.power ?? { sees: null, because: 'The plan has no stage.' },
    rehearsed: false,
    now: context.clock.now(),
    rollout: null,
  });
  return { ...checked, risk };
}
