import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView, WatchView } from '@tuesday/protocol';
import { CircleCheck, CircleDashed, Eye } from 'lucide-react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { isOver } from './standing.ts';
import { Moment } from '../ui/moment.tsx';

/** Who must watch, who has said so, and when nobody is there. */
export function Watch({ view }: { view: RolloutView }) {
  const { rollout } = view;
  const asked = useAsked(`watch ${rollout}`, () => call('viewWatch', { params: { rollout } }), 10_000, [
    `rollout ${rollout}`,
    'policy',
    'roster',
  ]);
  if (isOver(view.phase)) return null;
  return (
    <Card title={t`Watch`}>
      <div className="mt-2 grid gap-3">
        <Answered quiet asked={asked} what={t`the watch`} command={`tuesday watch status ${rollout}`}>
          {(watch) => <Watching watch={watch} onChanged={asked.again} />}
        </Answered>
      </div>
    </Card>
  );
}

function Watching({ watch, onChanged }: { watch: WatchView; onChanged: () => Promise<void> }) {
  const { account, zone } = useSession().session;
  const { busy, failure, send } = useSend(`tuesday watch acknowledge ${watch.rollout}`);
  const own = watch.people.find(({ person }) => person === account.name);
  const takeOver = own === undefined;
  const done = own !== undefined && own.acknowledgedAt !== null;
  const say = () =>
    send(async () => {
      await call('acknowledgeWatch', { params: { rollout: watch.rollout }, body: { takeOver } });
      await onChanged();
    });
  return (
    <>
      <p className="text-sm text-pretty">{watch.because}</p>
      <ul className="grid gap-2 text-sm empty:hidden">
        {watch.people.map(({ person, acknowledgedAt }) => (
          <li key={person} className="num flex gap-2">
            {acknowledgedAt === null ? (
              <CircleDashed size={18} aria-hidden className="shrink-0 text-warn" />
            ) : (
              <CircleCheck size={18} aria-hidden className="shrink-0 text-good" />
            )}
            <span>
              <strong className="font-semibold">{person}</strong>{' '}
              <span className="text-ink-2">
                {acknowledgedAt === null
                  ? t`has not said so yet`
                  : t`watches, said ${bothWords(acknowledgedAt, zone)}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {watch.gaps.length > 0 && (
        <div className="grid gap-2 rounded-lg bg-warn-soft p-3 text-sm">
          <p className="font-semibold">
            <Trans>Nobody is on watch</Trans>
          </p>
          <ul className="num">
            {watch.gaps.map(({ from, until }) => (
              <li key={from}>
                <Moment at={from} zone={zone} /> <Trans>to</Trans> <Moment at={until} zone={zone} />
              </li>
            ))}
          </ul>
          <CommandLine command={'tuesday watch set --file roster.yaml --because "…"'} />
        </div>
      )}
      <Problem failure={failure} />
      {watch.required && !done && (
        <Button
          kind="quiet"
          small
          refusal={refusalFor(account, 'stop') ?? (busy ? t`Sending …` : undefined)}
          onClick={() => void say()}
        >
          <Eye size={16} aria-hidden />{' '}
          {takeOver ? t`I watch it, although it is not my shift` : t`I am watching it`}
        </Button>
      )}
    </>
  );
}
