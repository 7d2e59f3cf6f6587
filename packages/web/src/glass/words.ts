/** Plain words for broken glasses. */
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
    label: 'Recall without an armed way back',
    consequence:
      'Every device that took the release is offered the way back that was signed with it, although the watch is over and the way back is no longer armed.',
    object: 'rollout',
  },
  window: {
    label: 'Open a recovery release outside the window',
    consequence:
      'The rollout may open outside change windows and in freezes. Only a release that was signed as a recovery passes; an ordinary release is refused.',
    object: 'rollout',
  },
  unhold: {
    label: 'Raise the hold of a device',
    consequence: 'Offers reach this one device again.',
    object: 'device',
  },
};

const DID: Readonly<Record<GlassAct, string>> = {
  recall: 'to recall',
  window: 'to open outside the window',
  unhold: 'to raise the hold of',
};

/** "alice broke the glass to recall r-1." */
export function glassWords({ by, act, object }: Pick<GlassView, 'by' | 'act' | 'object'>): string {
  return `${by} broke the glass ${DID[act]} ${object}.`;
}
