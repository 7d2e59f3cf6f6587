/** Who would be in which stage, before anything is created. */
import { isRefused, type OrRefused, type Plan, type PlanCheckView } from '@tuesday/protocol';
import { nextOpening, stageRules, type TrialLayout, type ValueCount } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { readCalendar } from '../policy/policy.ts';
import { trialLayout } from '../trial/layout.ts';
import { awayShare, powerIn } from '../trial/power.ts';
import { drawCohorts, type Drawn } from './cohorts.ts';
import { knownRelease, noDevices } from './known-release.ts';
import { newSeed } from './create.ts';

export async function checkPlan(
  { db, clock, random }: Pick<Context, 'db' | 'clock' | 'random'>,
  plan: Plan,
): Promise<OrRefused<PlanCheckView>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx): Promise<OrRefused<PlanCheckView>> => {
      const release = await knownRelease(trx, plan);
      if (isRefused(release)) return release;
      const drawn = await drawCohorts(trx, release, plan, newSeed(random));
      if (drawn.devices === 0) return { refused: noDevices(plan.release) };
      const layout = await layOut(plan, drawn);
      const inFirst = (count: ValueCount) =>
        layout.cohorts[0]?.[
          layout.slices.findIndex(
            ({ attribute, value }) => attribute === count.attribute && value === count.value,
          )
        ] ?? 0;
      const values = drawn.values.map((count) => ({ ...count, firstStage: inFirst(count) }));
      const away = await awayShare(db, trx, plan, clock.now());
      return {
        devices: drawn.devices,
        stages: plan.stages.map(({ share }, stage) => ({
          share,
          size: drawn.sizes[stage] ?? 0,
          power: powerIn(layout, plan, stage, away),
        })),
        holdOut: drawn.sizes[plan.stages.length] ?? 0,
        thin: values.filter(({ firstStage }) => firstStage < plan.coverage),
        firstOpening: nextOpening(stageRules(await readCalendar(trx, clock.now()), plan, 0), clock.now()),
      };
    });
}

async function layOut(plan: Plan, drawn: Drawn): Promise<TrialLayout> {
  const counts = new Map<string, number>();
  const strata = new Set<string>();
  await drawn.walk(async (members) => {
    for (const { stage, stratum, environment } of members) {
      strata.add(stratum);
      for (const [attribute, value] of [['', ''], ...Object.entries(environment)]) {
        const key = `${stage}\0${attribute}\0${value}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  });
  return trialLayout(
    plan,
    strata,
    [...counts].map(([key, devices]) => {
      const [stage, attribute = '', value = ''] = key.split('\0');
      return { stage: Number(stage), attribute, value, devices };
    }),
  );
}
