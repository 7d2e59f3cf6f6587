/** What a request is compared with, and what it is about. */
import type { ApprovalView, Plan, RolloutView } from '@tuesday/protocol';
import { call, Refused } from '../api.ts';

export interface About {
  rollout: RolloutView | undefined;
  /** Plan of the rollout before, with its name; undefined for the first one. */
  last: { name: string; plan: Plan } | undefined;
}

/** A rollout that is gone does not hide the request. */
export async function askAbout({
  subject,
  object,
}: Pick<ApprovalView, 'subject' | 'object'>): Promise<About> {
  const nothing: About = { rollout: undefined, last: undefined };
  if (subject === 'policy' || subject === 'unhold') return nothing;
  try {
    const rollout = await call('viewRollout', { params: { rollout: object } });
    return { rollout, last: subject === 'rollout' ? await lastPlan(rollout) : undefined };
  } catch (error) {
    if (error instanceof Refused) return nothing;
    throw error;
  }
}

async function lastPlan({ rollout, createdAt }: RolloutView): Promise<About['last']> {
  const { rollouts } = await call('listRollouts');
  const earlier = rollouts.filter((one) => one.rollout !== rollout && one.createdAt < createdAt);
  const last = earlier.filter(({ phase }) => phase !== 'draft' && phase !== 'cancelled')[0];
  if (!last) return undefined;
  const { name, plan } = await call('viewRollout', { params: { rollout: last.rollout } });
  return { name, plan };
}
