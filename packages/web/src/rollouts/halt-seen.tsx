import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { BellRing, Check } from 'lucide-react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { Moment } from '../ui/moment.tsx';

/** Whether somebody is at it; until then the halt escalates. */
export function HaltSeen({ view: { rollout, phase, acknowledged } }: { view: RolloutView }) {
  const { account, zone } = useSession().session;
  const { busy, failure, send } = useSend(`tuesday rollout acknowledge ${rollout}`);
  if (phase !== 'halted') return null;
  if (acknowledged)
    return (
      <p className="num mt-5 flex items-center gap-2 text-sm text-ink-2">
        <Check size={16} aria-hidden className="shrink-0 text-good" />
        <Trans>{acknowledged.by} has seen it and is at it,</Trans> <Moment at={acknowledged.at} zone={zone} />
        .
      </p>
    );
  return (
    <div className="mt-5 grid gap-3 rounded-xl bg-warn-soft p-4 sm:grid-cols-[1fr_auto] sm:items-center">
      <p className="flex gap-2.5 text-sm">
        <BellRing size={18} aria-hidden className="shrink-0 text-warn" />
        <span>
          <Trans>
            <strong className="font-semibold">Nobody has said that they are at it.</strong> Until somebody
            does, the halt goes to more and more people.
          </Trans>
        </span>
      </p>
      <Button
        kind="quiet"
        small
        refusal={refusalFor(account, 'stop') ?? (busy ? t`Sending …` : undefined)}
        onClick={() => void send(() => call('acknowledgeHalt', { params: { rollout }, body: {} }))}
      >
        <Trans>I have seen it</Trans>
      </Button>
      {failure && (
        <div className="sm:col-span-2">
          <Problem failure={failure} />
        </div>
      )}
    </div>
  );
}
