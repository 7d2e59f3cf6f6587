/** The story of one thermostat: 3.2.5 goes wrong, the device goes back, 3.2.6 comes and stays. */
import type { DeviceView } from '@tuesday/protocol';
import type { BootFleet, Variant } from './boot-fleet.ts';
import type { Machine } from './machine.ts';

/** One start of a slot, as U-Boot's script said it. */
export interface Start {
  readonly slot: string;
  readonly trial: number;
  readonly attempts: number;
}

export interface Story {
  /** Page of the device after it had told that it went back. */
  readonly back: DeviceView;
  /** U-Boot's starts until then, and a few check-ins longer. */
  readonly startsOfBad: readonly Start[];
  /** Page of the device at the end. */
  readonly end: DeviceView;
  /** U-Boot's starts from then on. */
  readonly startsOfGood: readonly Start[];
  /** What the agent was told about why the machine started, boot by boot. */
  readonly resets: readonly string[];
  /** Everything on the serial line. */
  readonly serial: string;
}

export interface Rollouts {
  readonly bad: string;
  readonly good: string;
}

/** What may happen to machines on the way. */
export interface Mishaps {
  /** While 3.2.5 is rolled out. */
  readonly whileBad?: (variant: Variant) => Promise<void>;
}

/** All machines of a fleet at once; they wait for each other between the two rollouts. */
export async function tellStories(
  fleet: BootFleet,
  { whileBad }: Mishaps = {},
): Promise<{ rollouts: Rollouts; stories: ReadonlyMap<Variant, Story> }> {
  const variants = [...fleet.machines.keys()];
  const all = <T>(each: (variant: Variant) => Promise<T>) => Promise.all(variants.map(each));
  fleet.powerOn();
  await all((variant) => fleet.until(variant, ({ report }) => report !== null));
  const bad = await fleet.rollOut('3.2.5');
  const backs = await all(async (variant) => {
    await whileBad?.(variant);
    return fleet.until(variant, (view) => stateIn(view, bad) === 'rolled-back');
  });
  // It is still rolled out, and whoever checks in could be offered it again.
  await all((variant) => checkIns(fleet, variant, 3));
  const startsOfBad = variants.map((variant) => startsOf(fleet.machine(variant)));
  const halt = { params: { rollout: bad }, body: { because: 'it goes wrong' } };
  await fleet.server.operator.call('haltRollout', halt);
  const good = await fleet.rollOut('3.2.6');
  const ends = await all((variant) => fleet.until(variant, isConfirmed));
  const stories = variants.map((variant, index): [Variant, Story] => {
    const machine = fleet.machine(variant);
    const before = startsOfBad[index] ?? [];
    const [back, end] = [backs[index], ends[index]];
    if (back === undefined || end === undefined) throw new Error('every machine has a story');
    const story = {
      back,
      startsOfBad: before,
      end,
      startsOfGood: startsOf(machine).slice(before.length),
      resets: [...machine.said.matchAll(/"event":"boot",.*"reset":"([\w-]+)"/g)].map(
        (match) => match[1] ?? '',
      ),
      serial: machine.said,
    };
    return [variant, story];
  });
  return { rollouts: { bad, good }, stories: new Map(stories) };
}

export function stateIn({ memberships }: DeviceView, rollout: string): string | undefined {
  return memberships.find((membership) => membership.rollout === rollout)?.state;
}

function isConfirmed({ report }: DeviceView): boolean {
  return report?.slots.b?.version === '3.2.6' && report.slots.b.state === 'confirmed';
}

/** Resolves after so many further check-ins. */
async function checkIns(fleet: BootFleet, variant: Variant, count: number): Promise<void> {
  let { lastSeen } = await fleet.device(variant);
  for (let heard = 0; heard < count; heard++)
    ({ lastSeen } = await fleet.until(variant, (view) => view.lastSeen !== lastSeen));
}

export function startsOf(machine: Machine): Start[] {
  const said = machine.said.matchAll(/tuesday: slot ([ab]), trial (\d), attempts (\d+)/g);
  return [...said].map(([, slot = '', trial, attempts]) => ({
    slot,
    trial: Number(trial),
    attempts: Number(attempts),
  }));
}
