/** Words and looks of incidents; the sentences are the server's. */
import { t } from '@lingui/core/macro';
import type {
  CostItem,
  IncidentState,
  IncidentTexts,
  Recovery,
  RecoveryView,
  TimelineKind,
} from '@tuesday/protocol';
import { conventions } from '../language/i18n.ts';
import type { Tone } from '../rollouts/words.ts';

export const STATE_TONES: Readonly<Record<IncidentState, Tone>> = {
  open: 'bad',
  mitigated: 'waiting',
  closed: 'good',
};

/** In the order of the bar; healed first. */
export const WAYS: ReadonlyArray<readonly [way: Recovery, label: string, means: string]> = [
  ['itself', t`by themselves`, t`went back to the version before by reflex`],
  ['recall', t`by recall`, t`were sent back`],
  ['rescue', t`by rescue`, t`took a recovery release by themselves`],
  ['release', t`by a later release`, t`run a release that came after`],
  ['waiting', t`waiting`, t`are in contact and not well yet`],
  ['technician', t`technician`, t`are silent: nothing of ours reaches them`],
];

const HEALED: ReadonlySet<Recovery> = new Set(['itself', 'recall', 'rescue', 'release']);

export function healedOf(recovery: RecoveryView): number {
  return WAYS.reduce((sum, [way]) => sum + (HEALED.has(way) ? recovery[way] : 0), 0);
}

export const ITEMS: Readonly<Record<CostItem, string>> = {
  support: t`Support`,
  visits: t`Visits`,
  replacements: t`Replacements`,
  cloud: t`Cloud`,
  goodwill: t`Goodwill`,
};

export const READERS: ReadonlyArray<readonly [keyof IncidentTexts, string]> = [
  ['customers', t`Customers`],
  ['support', t`Support desk`],
  ['management', t`Management`],
  ['status', t`Status page`],
];

export const KIND_TONES: Readonly<Record<TimelineKind, Tone>> = {
  rollout: 'active',
  act: 'calm',
  notice: 'waiting',
  ticket: 'bad',
  code: 'bad',
  glass: 'bad',
  note: 'good',
  watch: 'calm',
};

/** "1,564 USD" as the viewer's language writes it, whole. */
export function moneyWords(amount: number, currency: string): string {
  return new Intl.NumberFormat(conventions(), {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  }).format(amount);
}
