import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { DeviceView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { chipsOf } from './standing-words.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  view: DeviceView;
  onChanged: () => Promise<void>;
}

/** What the device is told when it checks in, in the judge's own sentence, and what keeps it from more. */
export function Verdict({ view, onChanged }: Props) {
  const { zone } = useSession().session;
  const { offer, progress } = view;
  return (
    <section aria-label={t`Now`} className="card p-5 sm:p-6">
      <p className="flex flex-wrap gap-2">
        {chipsOf(view).map(({ tone, words }) => (
          <Chip key={words} tone={tone}>
            {words}
          </Chip>
        ))}
      </p>
      <p className="mt-3 text-xl font-semibold tracking-tight text-pretty wrap-anywhere">{offer.because}</p>
      {offer.againAt !== null && (
        <p className="num mt-1 text-sm text-ink-2">
          <Trans>This changes by itself,</Trans> <Moment at={offer.againAt} zone={zone} />.
        </p>
      )}
      {progress && (
        <p className="num mt-1 text-sm text-ink-2">
          {progress.step}, {progress.percent} %{progress.because === undefined ? '' : `: ${progress.because}`}
        </p>
      )}
      <Hold view={view} onChanged={onChanged} />
    </section>
  );
}

function Hold({ view: { device, held }, onChanged }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState(false);
  const send = async (because: string) => {
    await call(held ? 'unholdDevice' : 'holdDevice', { params: { device }, body: { because } });
    await onChanged();
  };
  return (
    <div className="mt-4">
      <Button
        kind="quiet"
        small
        className="sm:max-w-60"
        refusal={refusalFor(account, held ? 'operate' : 'stop')}
        onClick={() => setAsking(true)}
      >
        {held ? t`Let offers reach it again` : t`Hold it`}
      </Button>
      {asking && (
        <Reasoned
          title={held ? t`Let offers reach ${device} again` : t`Hold ${device}`}
          lead={
            held
              ? t`Where the policy asks for it, another person has to consent first.`
              : t`Nothing is offered to it until somebody raises the hold.`
          }
          act={held ? t`Raise the hold` : t`Hold it`}
          command={`tuesday device ${held ? 'unhold' : 'hold'} ${device} --because "…"`}
          onSend={send}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
