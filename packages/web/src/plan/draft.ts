/** A plan while somebody writes it: text as it was typed, and what is wrong with it. The rules are the server's. */
import { t } from '@lingui/core/macro';
import type { RouteBody, RolloutView } from '@tuesday/protocol';

export type PlanBody = RouteBody<'createRollout'>;
type StageBody = PlanBody['stages'][number];

export interface StageDraft {
  /** For lists: stages come and go. */
  key: number;
  /** Percent, cumulative. */
  share: string;
  soak: string;
  pace: string;
  /** Percent. */
  maxBad: string;
  minProven: string;
  minBadDevices: string;
  windows: StageBody['windows'];
}

export interface PlanDraft {
  name: string;
  release: string;
  stages: readonly StageDraft[];
  coverage: string;
  /** Percent. */
  holdOut: string;
  silentAfter: string;
  probation: string;
  watch: string;
  gap: 'refuse' | 'exclude' | 'cap';
  /** Percent; for a cap. */
  upTo: string;
  metrics: NonNullable<PlanBody['metrics']>;
}

/** Field, as the server names it → what is wrong. */
export type Problems = Readonly<Record<string, string>>;

let keys = 0;

export function newStage(share: string, soak: string): StageDraft {
  return {
    key: ++keys,
    share,
    soak,
    pace: '0s',
    maxBad: '5',
    minProven: '90',
    minBadDevices: '3',
    windows: undefined,
  };
}

/** A few devices first, then more, then everybody. */
export function freshDraft(release: string): PlanDraft {
  return {
    name: release === '' ? '' : t`Rollout of ${release}`,
    release,
    stages: [newStage('1', '24h'), newStage('10', '48h'), newStage('100', '24h')],
    coverage: '8',
    holdOut: '2',
    silentAfter: '45m',
    probation: '4h',
    watch: '72h',
    gap: 'refuse',
    upTo: '10',
    metrics: [],
  };
}

/** The stages and rules of an earlier plan, for another release. */
export function draftLike(plan: RolloutView['plan'], release: string): PlanDraft {
  const { stages, coverage, holdOut, silentAfter, probation, watch, parity, metrics } = plan;
  return {
    ...freshDraft(release),
    stages: stages.map(({ share, soak, pace, gate, windows }) => ({
      key: ++keys,
      share: percentText(share),
      soak,
      pace,
      maxBad: percentText(gate.maxBadShare),
      minProven: percentText(gate.minProvenShare),
      minBadDevices: String(gate.minBadDevices),
      windows,
    })),
    coverage: String(coverage),
    holdOut: percentText(holdOut),
    silentAfter,
    probation,
    watch,
    gap: parity?.gap ?? 'refuse',
    upTo: parity?.gap === 'cap' ? percentText(parity.upTo) : '10',
    metrics,
  };
}

/** Without the traces of binary fractions: 0.07 is 7, not 7.000000000000001. */
function percentText(share: number): string {
  return String(Number((share * 100).toPrecision(12)));
}

/** The next step after the last stage: more of the fleet, watched as long. */
export function withNextStage(draft: PlanDraft): PlanDraft {
  const last = draft.stages.at(-1);
  const share = Math.min(100, (Number(last?.share ?? 0) || 0) * 3 || 1);
  return { ...draft, stages: [...draft.stages, newStage(String(share), last?.soak ?? '24h')] };
}

/** A plan that can be sent, or what is not even a number yet. */
export function planOf(draft: PlanDraft): { plan: PlanBody; problems: Problems } {
  const problems: Record<string, string> = {};
  const number = (field: string, text: string, unit: string) => {
    const value = Number(text.replace(',', '.'));
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    problems[field] = t`Write a number of ${unit}.`;
    return 0;
  };
  const share = (field: string, text: string) =>
    Number((number(field, text, t`percent`) / 100).toPrecision(12));
  if (draft.name.trim() === '') problems['name'] = t`Give it a name.`;
  if (draft.release === '') problems['release'] = t`Choose a release.`;
  const plan: PlanBody = {
    name: draft.name.trim(),
    release: draft.release,
    stages: draft.stages.map((stage, index) => ({
      share: share(`stages.${index}.share`, stage.share),
      soak: stage.soak.trim(),
      pace: stage.pace.trim(),
      gate: {
        maxBadShare: share(`stages.${index}.gate.maxBadShare`, stage.maxBad),
        minProvenShare: share(`stages.${index}.gate.minProvenShare`, stage.minProven),
        minBadDevices: number(`stages.${index}.gate.minBadDevices`, stage.minBadDevices, t`devices`),
      },
      ...(stage.windows === undefined ? {} : { windows: stage.windows }),
    })),
    coverage: number('coverage', draft.coverage, t`devices`),
    holdOut: share('holdOut', draft.holdOut),
    silentAfter: draft.silentAfter.trim(),
    probation: draft.probation.trim(),
    watch: draft.watch.trim(),
    metrics: draft.metrics,
    parity: draft.gap === 'cap' ? { gap: 'cap', upTo: share('parity.upTo', draft.upTo) } : { gap: draft.gap },
  };
  return { plan, problems };
}
