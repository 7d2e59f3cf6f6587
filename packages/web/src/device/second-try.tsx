import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Refusal } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { refusalWords } from '../ui/failure.ts';
import { Reasoned } from '../ui/reasoned.tsx';

interface Props {
  device: string;
  release: string;
  /** Why the server would say no. */
  refused: Refusal | null;
  onChanged: () => Promise<void>;
}

export function SecondTry({ device, release, refused, onChanged }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState(false);
  const send = async (because: string) => {
    await call('retryDevice', { params: { device }, body: { release, because } });
    await onChanged();
  };
  return (
    <>
      <Button
        kind="quiet"
        small
        refusal={refusalFor(account, 'operate') ?? (refused ? refusalWords(refused) : undefined)}
        onClick={() => setAsking(true)}
      >
        <Trans>Let it try again</Trans>
      </Button>
      {asking && (
        <Reasoned
          title={t`Let ${device} try ${release} again`}
          lead={t`Once. If it goes back again, it refuses the release again. The evidence of the rollout stays as it is.`}
          act={t`Let it try`}
          command={`tuesday device retry ${device} --release ${release} --because "…"`}
          onSend={send}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
