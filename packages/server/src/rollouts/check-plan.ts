/** Who would be in which stage, before anything is created. */
import { isRefused, type OrRefused, type Plan, type PlanCheckView } from '@tuesday/protocol';
import { nextOpening } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { readCalendar } from '../policy/calendar.ts';
import { drawCohorts } from './cohorts.ts';
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
      const first = new Map<string, number>();
      await drawn.walk(async (members) => {
        for (const { stage, environment } of members) {
          if (stage !== 0) continue;
          for (const [attribute, value] of Object.entries(environment)) {
            const key = `${attribute}\0${value}`;
            first.set(key, (first.get(key) ?? 0) + 1);
          }
        }
      });
      const values = drawn.values.map((count) => ({
        ...count,
        firstStage: first.get(`${count.attribute}\0${count.value}`) ?? 0,
      }));
      return {
        devices: drawn.devices,
        stages: plan.stages.map(({ share }, stage) => ({ share, size: drawn.sizes[stage] ?? 0 })),
        holdOut: drawn.sizes[plan.stages.length] ?? 0,
        thin: values.filter(({ firstStage }) => firstStage < plan.coverage),
        firstOpening: nextOpening(await readCalendar(trx), clock.now()),
      };
    });
}
