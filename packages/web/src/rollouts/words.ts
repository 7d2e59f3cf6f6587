/** Plain words for phases, events and pauses. The judge's own sentences are printed as they come. */
import type { Phase, RolloutEvent, RolloutView } from '@tuesday/protocol';

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
      return 'Written, not started';
    case 'scheduled':
      return next >= all ? 'Waiting to open the hold-out' : `Waiting to open stage ${next + 1} of ${all}`;
    case 'soaking':
      return `Stage ${next} of ${all} is soaking`;
    case 'watching':
      return 'Every stage passed. Watching for late evidence';
    case 'halted':
      return stage === null ? 'Halted before any device' : `Halted in stage ${Math.min(next, all)} of ${all}`;
    case 'recalling':
      return `Sending devices back to ${wayBack}`;
    case 'completed':
      return `Completed: ${release} came to the end of its plan`;
    case 'recalled':
      return `Recalled. Devices are back on ${wayBack}`;
    case 'cancelled':
      return 'Cancelled before any device';
    default:
      return phase satisfies never;
  }
}

const PAUSED_BY = {
  operator: 'by an operator',
  evidence: 'because of evidence',
  storm: 'because of a reconnect storm',
} as const;

/** "Paused by an operator and because of evidence"; empty when it is not paused. */
export function pausedWords(paused: RolloutView['paused']): string {
  return paused.length === 0 ? '' : `Paused ${paused.map((reason) => PAUSED_BY[reason]).join(' and ')}`;
}

export function eventWords(event: RolloutEvent): string {
  switch (event.kind) {
    case 'started':
      return 'Started';
    case 'stage-opened':
      return `Stage ${event.stage + 1} opened`;
    case 'stage-passed':
      return `Stage ${event.stage + 1} passed`;
    case 'hold-out-opened':
      return 'Hold-out opened';
    case 'paused':
      return `Paused ${PAUSED_BY[event.reason]}`;
    case 'resumed':
      return event.reason === 'operator' ? 'Resumed' : `No longer paused ${PAUSED_BY[event.reason]}`;
    case 'halted':
      return 'Halted';
    case 'recall-started':
      return 'Recall started';
    case 'recall-finished':
      return 'Recall finished';
    case 'completed':
      return 'Completed';
    case 'cancelled':
      return 'Cancelled';
    case 'slice-excluded':
      return `Goes on without ${event.attribute} = ${event.value}`;
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
  return `More than ${percent(share)}, so that it holds ${plan.coverage} devices of every environment value, or half of a rare one.`;
}

/** "12 %", "0.4 %", "under 0.1 %". */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %';
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;
}

/** "1 device", "1 200 devices" with a thin space. */
export function devicesWords(count: number): string {
  return `${numberWords(count)} ${count === 1 ? 'device' : 'devices'}`;
}

export function numberWords(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}
