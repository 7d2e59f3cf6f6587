import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { WhatIf } from '@tuesday/simulator/what-if';
import { Paperclip } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { SendOrNot } from '../ui/send-or-not.tsx';
import { useSend } from '../ui/use-send.ts';
import { commandOf } from './address.ts';
import { tableOf } from './use-what-ifs.ts';
import type { Ground } from './use-world.ts';

interface Props {
  ground: Ground;
  whatIfs: readonly WhatIf[];
  ready: boolean;
}

/** The result goes with the rollout to whoever approves it. */
export function Attach({ ground, whatIfs, ready }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState(false);
  const [attached, setAttached] = useState<string>();
  const { rollout, world, key } = ground;
  const { busy, failure, send } = useSend(
    t`${commandOf({ whatIfs, seed: world.seed, at: world.now }, rollout?.rollout ?? '')} --rollout ${rollout?.rollout ?? ''}`,
  );
  if (!rollout) return null;
  const what = JSON.stringify([key, whatIfs]);
  const attach = async () => {
    const done = await send(async () => {
      const body = await tableOf(world, whatIfs);
      await call('attachRehearsal', { params: { rollout: rollout.rollout }, body });
    });
    if (!done) return;
    setAttached(what);
    setAsking(false);
  };
  if (attached === what)
    return (
      <p className="py-2 text-sm font-medium text-good">
        <Trans>Attached to {rollout.name}.</Trans>
      </p>
    );
  return (
    <>
      <Button
        kind="quiet"
        small
        refusal={refusalOf(rollout.phase, ready) ?? refusalFor(account, 'operate')}
        onClick={() => setAsking(true)}
      >
        <Paperclip size={16} aria-hidden /> <Trans>Attach to the rollout</Trans>
      </Button>
      {asking && (
        <Dialog
          title={t`Attach to ${rollout.name}`}
          lead={t`Whoever approves it sees these what-ifs below the usual faults. Who has consented has consented to something else then, and is asked again.`}
          onClose={() => setAsking(false)}
        >
          <form
            noValidate
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              if (!busy) void attach();
            }}
          >
            <Problem failure={failure} />
            <SendOrNot
              act={t`Attach it`}
              refusal={busy ? t`Playing the usual faults, then sending …` : undefined}
              onClose={() => setAsking(false)}
            />
          </form>
        </Dialog>
      )}
    </>
  );
}

function refusalOf(phase: string, ready: boolean): string | undefined {
  if (phase !== 'draft' && phase !== 'scheduled')
    return t`It is ${phase}: a rehearsal is attached before the first stage opens.`;
  return ready ? undefined : t`It is not played to the end yet.`;
}
