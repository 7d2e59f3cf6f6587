import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignDeviceView, CampaignView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { wordsOf } from './acts.tsx';

interface Props {
  one: CampaignDeviceView;
  view: CampaignView;
  onChanged: () => Promise<void>;
}

const ACTS = {
  visit: {
    name: 'visitRecoveryDevice',
    title: t`Somebody was there`,
    lead: t`Whether it helped is for the device to say: it is healed when it is heard and well.`,
  },
  'give-up': {
    name: 'giveUpRecoveryDevice',
    title: t`Give it up`,
    lead: t`Nobody tries any more. When it comes back by itself, it counts as healed all the same.`,
  },
} as const;
type Act = keyof typeof ACTS;

/** What people do about one device; nothing where there is nothing to do. */
export function DeviceActs({ one: { device, standing }, view, onChanged }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState<Act>();
  const { recovery, state, mayNot } = view;
  if (state !== 'running' || standing === 'healed' || standing === 'given-up') return null;
  const known = asking === undefined ? undefined : ACTS[asking];
  const why = (act: Act) =>
    refusalFor(account, act === 'visit' ? 'ticket' : 'operate') ?? wordsOf(mayNot.visit);
  return (
    <div className="flex flex-wrap items-start gap-2 sm:flex-col sm:items-stretch">
      <Button kind="quiet" small refusal={why('visit')} onClick={() => setAsking('visit')}>
        <Trans>
          Visited<span className="sr-only"> {device}</span>
        </Trans>
      </Button>
      <Button kind="quiet" small refusal={why('give-up')} onClick={() => setAsking('give-up')}>
        <Trans>
          Give up<span className="sr-only"> {device}</span>
        </Trans>
      </Button>
      {known !== undefined && (
        <Reasoned
          title={`${known.title}: ${device}`}
          lead={known.lead}
          act={known.title}
          command={`tuesday recovery ${asking} ${recovery} ${device} --because "…"`}
          onSend={async (because) => {
            await call(known.name, { params: { recovery, device }, body: { because } });
            await onChanged();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}
