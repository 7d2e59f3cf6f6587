/** Plain words for phases, events and pauses. The judge's own sentences are printed as they come. */
import { plural, t } from '@lingui/core/macro';
import type { Phase, RolloutEvent, RolloutView } from '@tuesday/protocol';
import { listed } from '../language/lists.ts';

export type Tone = 'calm' | 'active' | 'good' | 'bad' | 'waiting';

export const TONES: Readonly<Record<Phase, Tone>> = {
  draft: 'calm',
  scheduled: 'waiting',
  soaking: 'active',
  watching: 'active',
  halted: 'bad',
  recalling: 'waiting',
  completed: 'good',
  recalled: 'good',
  cancelled: 'calm',
};

type Said = Pick<RolloutView, 'phase' | 'stage' | 'release' | 'wayBack'> & { stages: readonly unknown[] };

/** What is happening, in a few big words. */
export function headline({ phase, stage, stages, release, wayBack }: Said): string {
  const all = stages.length;
  const next = stage === null ? 0 : stage + 1;
  switch (phase) {
    case 'draft':
      return t`Written, not started`;
    case 'scheduled':
      return next >= all ? t`Waiting to open the hold-out` : t`Waiting to open stage ${next + 1} of ${all}`;
    case 'soaking':
      return t`Stage ${next} of ${all} is soaking`;
    case 'watching':
      return t`Every stage passed. Watching for late evidence`;
    case 'halted':
      return stage === null
        ? t`Halted before any device`
        : t`Halted in stage ${Math.min(next, all)} of ${all}`;
    case 'recalling':
      return t`Sending devices back to ${wayBack}`;
    case 'completed':
      return t`Completed: ${release} came to the end of its plan`;
    case 'recalled':
      return t`Recalled. Devices are back on ${wayBack}`;
    case 'cancelled':
      return t`Cancelled before any device`;
    default:
      return phase satisfies never;
  }
}

const PAUSED_BY = {
  operator: t`by an operator`,
  evidence: t`because of evidence`,
  storm: t`because of a reconnect storm`,
} as const;

/** "Paused by an operator and because of evidence"; empty when it is not paused. */
export function pausedWords(paused: RolloutView['paused']): string {
  return paused.length === 0 ? '' : t`Paused ${listed(paused.map((reason) => PAUSED_BY[reason]))}`;
}

export function eventWords(event: RolloutEvent): string {
  switch (event.kind) {
    case 'started':
      return t`Started`;
    case 'stage-opened':
      return t`Stage ${event.stage + 1} opened`;
    case 'stage-passed':
      return t`Stage ${event.stage + 1} passed`;
    case 'hold-out-opened':
      return t`Hold-out opened`;
    case 'paused':
      return t`Paused ${PAUSED_BY[event.reason]}`;
    case 'resumed':
      return event.reason === 'operator' ? t`Resumed` : t`No longer paused ${PAUSED_BY[event.reason]}`;
    case 'halted':
      return t`Halted`;
    case 'recall-started':
      return t`Recall started`;
    case 'recall-finished':
      return t`Recall finished`;
    case 'completed':
      return t`Completed`;
    case 'cancelled':
      return t`Cancelled`;
    case 'slice-excluded':
      return t`Goes on without ${event.attribute} = ${event.value}`;
    default:
      return event satisfies never;
  }
}

export function eventTone({ kind }: RolloutEvent): Tone {
  if (kind === 'halted') return 'bad';
  if (kind === 'stage-passed' || kind === 'completed' || kind === 'recall-finished') return 'good';
  if (kind === 'stage-opened' || kind === 'hold-out-opened') return 'active';
  if (kind === 'paused' || kind === 'recall-started') return 'waiting';
  return 'calm';
}

/** Why the first stage is larger than its share of the fleet; undefined where it is not. */
export function coverageWords(
  {
    stages,
    plan,
    devices,
  }: Pick<RolloutView, 'plan' | 'devices'> & { stages: ReadonlyArray<{ size: number }> },
  index: number,
): string | undefined {
  const [share, size] = [plan.stages[index]?.share, stages[index]?.size];
  if (index > 0 || share === undefined || size === undefined || plan.coverage === 0) return undefined;
  if (size <= Math.ceil(share * devices)) return undefined;
  return t`More than ${percent(share)}, so that it holds ${plan.coverage} devices of every environment value, or half of a rare one.`;
}

/** "12 %", "0.4 %", "under 0.1 %". */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return t`under 0.1 %`;
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;
}

/** "1 device", "1 200 devices" with a thin space. */
export function devicesWords(count: number): string {
  return t`${numberWords(count)} ${plural(count, { one: 'device', other: 'devices' })}`;
}

export function numberWords(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}
