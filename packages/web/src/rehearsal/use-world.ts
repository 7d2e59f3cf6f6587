/** The live fleet that what-ifs are played against: its composition, prices, roster and calendar. */
import { t } from '@lingui/core/macro';
import type { Composition, Plan, RolloutView } from '@tuesday/protocol';
import { nextFridayEvening, openingsIn } from '@tuesday/simulator/what-if';
import { useMemo, useState } from 'react';
import { call } from '../api.ts';
import { freshDraft, planOf } from '../plan/draft.ts';
import { type Asked as Answer, useAsked } from '../ui/use-asked.ts';
import type { Asked } from './address.ts';
import type { Unplayed } from './what-if-worker.ts';

/** Real milliseconds after which the fleet is looked at again. */
const LOOKS = 30_000;

export interface Ground {
  readonly rollouts: Awaited<ReturnType<typeof askRollouts>>;
  /** Whose plan is played; undefined: a fresh one. */
  readonly rollout: RolloutView | undefined;
  readonly plan: Plan;
  readonly world: Unplayed;
  readonly zone: string;
  readonly key: string;
}

/** Each answer is a world of its own. */
let grounds = 0;

const askRollouts = async () => (await call('listRollouts')).rollouts;

async function askGround({ plan: named, at, seed }: Asked): Promise<Ground> {
  const rollouts = await askRollouts();
  const chosen = named === '' ? rollouts[0]?.rollout : named;
  const rollout =
    chosen === undefined ? undefined : await call('viewRollout', { params: { rollout: chosen } });
  const plan = rollout?.plan ?? (await freshPlan());
  const start = at === undefined ? {} : { start: at };
  const [composition, { prices }, { shifts }, planned] = await Promise.all([
    call('viewComposition'),
    call('viewPrices'),
    call('viewRoster'),
    call('planCalendar', { body: { plan, ...start } }),
  ]);
  const world: Unplayed = {
    plan,
    composition,
    prices,
    shifts,
    calendar: openingsIn(planned),
    now: planned.start,
    friday: nextFridayEvening(planned.start, planned.zone),
    seed,
  };
  return { rollouts, rollout, plan, world, zone: planned.zone, key: t`ground ${++grounds}` };
}

/** Every field of a draft that was typed by nobody holds: the server need not judge it first. */
async function freshPlan(): Promise<Plan> {
  const { releases } = await call('listReleases');
  return planOf(freshDraft(releases[0]?.version ?? '1.0.0')).plan as Plan;
}

export interface Live {
  readonly ground: Answer<Ground>;
  /** Devices that the fleet has now, where it is not the fleet any more that was played. */
  readonly newer: Composition | undefined;
  readonly playAgain: () => void;
}

export function useWorld(asked: Asked): Live {
  const { plan, at, seed } = asked;
  const [round, setRound] = useState(0);
  const ground = useAsked(`ground ${plan} ${at} ${seed} ${round}`, () => askGround(asked), 'once');
  const live = useAsked('composition', () => call('viewComposition'), LOOKS).data;
  const before = ground.data?.world.composition;
  const isNewer = useMemo(
    () => live !== undefined && before !== undefined && cellsOf(live) !== cellsOf(before),
    [live, before],
  );
  return { ground, newer: isNewer ? live : undefined, playAgain: () => setRound(round + 1) };
}

/** How often devices are away changes with every hour; who they are is what makes another fleet. */
const cellsOf = ({ cells }: Composition) =>
  JSON.stringify(
    cells
      .map(({ environment, devices }) =>
        JSON.stringify([Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1)), devices]),
      )
      .sort(),
  );
