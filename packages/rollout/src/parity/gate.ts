/** What a gap means for a rollout: whether it starts, and which stage waits. */
import type { Plan, PlanParity } from '@tuesday/protocol';
import type { ParityReading } from './reading.ts';

const REFUSE: PlanParity = { gap: 'refuse' };

export const parityOf = (plan: Pick<Plan, 'parity'>): PlanParity => plan.parity ?? REFUSE;

/** What the judge knows about parity: the verdict, and the sentences for a gap. */
export type ParitySituation = Pick<ParityReading, 'verdict' | 'because'>;

/**
 * @param stage index; `plan.stages.length` is the hold-out
 * @returns why the stage must not open for want of tests; null when it may
 */
export function waitsForTests(
  plan: Plan,
  { verdict, because }: ParitySituation,
  stage: number,
): string | null {
  if (verdict !== 'closed') return null;
  const { gap, ...more } = parityOf(plan);
  if (gap === 'exclude') return null;
  const words = someOf(because);
  if (gap === 'refuse') return words;
  const { upTo } = more as { upTo: number };
  const share = plan.stages[stage]?.share ?? 1;
  return share <= upTo
    ? null
    : `the plan goes no further than ${upTo * 100} % of the fleet before that is tested: ${words}`;
}

const MOST = 3;

/** The first sentences, and how many more there are. */
export function someOf(because: readonly string[]): string {
  const more = because.length - MOST;
  return [...because.slice(0, MOST), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}
