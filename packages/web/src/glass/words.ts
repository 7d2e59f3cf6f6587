/** Plain words for broken glasses. */
import { t } from '@lingui/core/macro';
import type { GlassAct, GlassView } from '@tuesday/protocol';

export interface GlassActWords {
  label: string;
  /** What it lets through, and what follows. */
  consequence: string;
  /** What `object` names. */
  object: 'rollout' | 'device';
}

export const GLASS_ACTS: Readonly<Record<GlassAct, GlassActWords>> = {
  recall: {
    label: t`Recall without an armed way back`,
    consequence: t`Every device that took the release is offered the way back that was signed with it, although the watch is over and the way back is no longer armed.`,
    object: 'rollout',
  },
  window: {
    label: t`Open a recovery release outside the window`,
    consequence: t`The rollout may open outside change windows and in freezes. Only a release that was signed as a recovery passes; an ordinary release is refused.`,
    object: 'rollout',
  },
  unhold: {
    label: t`Raise the hold of a device`,
    consequence: t`Offers reach this one device again.`,
    object: 'device',
  },
};

const DID: Readonly<Record<GlassAct, string>> = {
  recall: t`to recall`,
  window: t`to open outside the window`,
  unhold: t`to raise the hold of`,
};

/** "alice broke the glass to recall r-1." */
export function glassWords({ by, act, object }: Pick<GlassView, 'by' | 'act' | 'object'>): string {
  return t`${by} broke the glass ${DID[act]} ${object}.`;
}
