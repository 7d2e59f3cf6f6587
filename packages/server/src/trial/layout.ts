/** What a trial is divided into, fixed when its rollout starts. */
import type { Plan } from '@tuesday/protocol';
import { type TrialLayout, WHOLE } from '@tuesday/rollout';

/** How many devices of a cohort have a value; `attribute` and `value` are '' for the whole. */
export interface CohortCount {
  readonly stage: number;
  readonly attribute: string;
  readonly value: string;
  readonly devices: number;
}

export function trialLayout(
  plan: Plan,
  strata: Iterable<string>,
  counts: readonly CohortCount[],
): TrialLayout {
  const keyOf = ({ attribute, value }: { attribute: string; value: string }) => `${attribute}\0${value}`;
  const named = new Map(
    counts.filter(({ attribute }) => attribute !== '').map((count) => [keyOf(count), count]),
  );
  const slices = [
    WHOLE,
    ...[...named.keys()].sort().map((key) => {
      const [attribute = '', value = ''] = key.split('\0');
      return { attribute, value };
    }),
  ];
  const indexOf = new Map(slices.map((slice, index) => [keyOf(slice), index]));
  const cohorts = Array.from({ length: plan.stages.length + 1 }, () => slices.map(() => 0));
  for (const count of counts) {
    const row = cohorts[count.stage];
    const index = indexOf.get(keyOf(count));
    if (row && index !== undefined) row[index] = (row[index] ?? 0) + count.devices;
  }
  return { slices, strata: [...new Set(strata)].sort(), cohorts, metrics: plan.metrics.length > 0 };
}

/** Indexes of the slices that an environment belongs to, the whole first. */
export function sliceIndex(layout: TrialLayout): (environment: Readonly<Record<string, string>>) => number[] {
  const indexOf = new Map(
    layout.slices.map(({ attribute, value }, index) => [`${attribute}\0${value}`, index]),
  );
  return (environment) => [
    0,
    ...Object.entries(environment).flatMap(
      ([attribute, value]) => indexOf.get(`${attribute}\0${value}`) ?? [],
    ),
  ];
}
