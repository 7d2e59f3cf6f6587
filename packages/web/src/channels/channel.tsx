import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ChannelView, RouteAnswer } from '@tuesday/protocol';
import { CircleCheck, OctagonX } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { kindsWords } from './words.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  one: ChannelView;
  onChanged: () => Promise<void>;
}

export function Channel({ one, onChanged }: Props) {
  const { account, zone } = useSession().session;
  const [removing, setRemoving] = useState(false);
  const [result, setResult] = useState<RouteAnswer<'testChannel'>>();
  const { busy, failure, send } = useSend(`tuesday notify test ${one.channel}`);
  const refusal = refusalFor(account, 'administer') ?? (busy ? t`Sending …` : undefined);
  const params = { channel: one.channel };
  const test = () =>
    send(async () => {
      setResult(undefined);
      setResult(await call('testChannel', { params }));
      await onChanged();
    });
  const delivered =
    one.lastDeliveredAt === null
      ? t`nothing delivered yet`
      : t`last delivered ${bothWords(one.lastDeliveredAt, zone)}`;
  return (
    <li className="grid gap-2 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <div className="num min-w-0 flex-1 basis-60 text-sm">
          <p className="text-base font-semibold wrap-anywhere">{one.name}</p>
          <p className="text-ink-2 wrap-anywhere">
            <Trans>
              {one.by} to {one.to}
            </Trans>
          </p>
          <p className="text-ink-2">
            {kindsWords(one.kinds)}; {delivered}
            {one.waiting > 0 ? t`, ${one.waiting} waiting` : ''}
          </p>
        </div>
        <Button kind="quiet" small refusal={refusal} onClick={() => void test()}>
          <Trans>
            Test<span className="sr-only"> {one.name}</span>
          </Trans>
        </Button>
        {refusal === undefined && (
          <Button kind="quiet" small onClick={() => setRemoving(true)}>
            <Trans>
              Remove<span className="sr-only"> {one.name}</span>
            </Trans>
          </Button>
        )}
      </div>
      {one.failure && (
        <p className="num rounded-lg bg-bad-soft px-3 py-2 text-sm wrap-anywhere text-bad">
          <Trans>Failing since</Trans> <Moment at={one.failure.at} zone={zone} />
          <Trans>
            , {one.failure.attempts} attempts: {one.failure.because}
          </Trans>
        </p>
      )}
      <div aria-live="polite" className="empty:hidden">
        {result && <Result result={result} />}
      </div>
      <Problem failure={failure} />
      {removing && (
        <Dialog
          title={t`Send nothing to ${one.name} any more?`}
          lead={t`What waits for it is dropped.`}
          onClose={() => setRemoving(false)}
        >
          <Problem failure={failure} />
          <div className="grid items-start gap-3 sm:grid-cols-2">
            <Button kind="quiet" onClick={() => setRemoving(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button
              kind="red"
              refusal={refusal}
              onClick={() =>
                void send(async () => {
                  await call('removeChannel', { params });
                  setRemoving(false);
                  await onChanged();
                })
              }
            >
              <Trans>Remove</Trans>
            </Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

function Result({ result: { delivered, because } }: { result: RouteAnswer<'testChannel'> }) {
  const Icon = delivered ? CircleCheck : OctagonX;
  const look = delivered ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad';
  return (
    <p className={`flex gap-2 rounded-lg px-3 py-2 text-sm wrap-anywhere ${look}`}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        {delivered ? t`The test arrived: ` : t`The test did not arrive: `}
        {because}
      </span>
    </p>
  );
}
