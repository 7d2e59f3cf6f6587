import { t } from '@lingui/core/macro';
import type { RolloutView } from '@tuesday/protocol';

type Looked = Pick<RolloutView, 'phase' | 'paused' | 'wayBack' | 'lookAgainAt' | 'rollout'>;

/** What the next look may bring, and who moves it when the judge does not. */
export function nextWords({ phase, paused, wayBack, rollout }: Looked): { what: string; byPerson: string } {
  const waits = t`Only a person moves it now`;
  switch (phase) {
    case 'draft':
      return {
        byPerson: waits,
        what: t`Ask another person for consent, then start it. From a terminal: tuesday rollout start ${rollout}`,
      };
    case 'scheduled':
    case 'soaking':
    case 'watching':
      return paused.length > 0
        ? { byPerson: waits, what: t`Resume it, or halt it. Bad news still halts it by itself.` }
        : { byPerson: t`When news arrives`, what: t`The judge looks again; bad news halts it sooner.` };
    case 'halted':
      return { byPerson: waits, what: t`Recall the devices to ${wayBack}, or publish a mended release.` };
    case 'recalling':
      return { byPerson: t`When devices report`, what: t`The judge looks whether every device is back.` };
    case 'completed':
    case 'recalled':
    case 'cancelled':
      return { byPerson: t`Nothing`, what: t`This rollout is over.` };
    default:
      return phase satisfies never;
  }
}
