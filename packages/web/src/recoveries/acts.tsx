import { t } from '@lingui/core/macro';
import type { CampaignView, Refusal } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Reasoned } from '../ui/reasoned.tsx';

interface Props {
  view: CampaignView;
  onChanged: () => Promise<void>;
}

const ACTS = {
  start: {
    name: 'startRecovery',
    title: t`Start the campaign`,
    lead: t`Neighbours in contact are asked to carry the release, and connected devices to check in soon. No device takes what people did not sign.`,
  },
  finish: {
    name: 'finishRecovery',
    title: t`Finish the campaign`,
    lead: t`Every device is healed or given up. Who comes back later is still counted.`,
  },
  stop: {
    name: 'stopRecovery',
    title: t`Stop the campaign`,
    lead: t`Neighbours are no longer asked to carry anything. Who was healed stays healed.`,
  },
} as const;
type Act = keyof typeof ACTS;

/** Starting it, and how it ends. What would be refused now says why. */
export function Acts({ view, onChanged }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState<Act>();
  const { recovery, state, mayNot } = view;
  if (state === 'finished' || state === 'stopped') return null;
  const first: Act = state === 'draft' ? 'start' : 'finish';
  const why = (act: Act) => refusalFor(account, act === 'stop' ? 'stop' : 'operate') ?? wordsOf(mayNot[act]);
  const known = asking === undefined ? undefined : ACTS[asking];
  return (
    <section aria-label={t`Acts`} className="grid gap-3">
      <Button kind="primary" refusal={why(first)} onClick={() => setAsking(first)}>
        {first === 'start' ? t`Start it` : t`Finish it`}
      </Button>
      <Button kind="quiet" refusal={why('stop')} onClick={() => setAsking('stop')}>
        {state === 'draft' ? t`Drop the plan` : t`Stop it`}
      </Button>
      {known !== undefined && (
        <Reasoned
          title={known.title}
          lead={known.lead}
          act={known.title}
          command={`tuesday recovery ${asking} ${recovery} --because "…"`}
          onSend={async (because) => {
            await call(known.name, { params: { recovery }, body: { because } });
            await onChanged();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </section>
  );
}

export function wordsOf(refusal: Refusal | null): string | undefined {
  return refusal === null ? undefined : `${refusal.because}: ${refusal.try}.`;
}
