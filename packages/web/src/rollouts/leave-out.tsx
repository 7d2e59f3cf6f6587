import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { Scissors } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { leavesOut } from './acts.ts';

interface Props {
  view: RolloutView;
  attribute: string;
  value: string;
}

/** Takes the devices with one value out of the rollout, which goes on without them. */
export function LeaveOut({ view, attribute, value }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState(false);
  const { rollout, release, phase, wayBack, excluded } = view;
  if (!leavesOut(view)) return null;
  const slice = `${attribute} = ${value}`;
  const isOut = excluded.some((one) => one.attribute === attribute && one.value === value);
  const rest =
    phase === 'halted'
      ? t`If what remains speaks for the release, the rollout goes on with it.`
      : t`The rollout goes on with the rest.`;
  return (
    <>
      <Button
        kind="quiet"
        small
        className="mt-2"
        refusal={isOut ? t`It is left out.` : refusalFor(account, 'operate')}
        onClick={() => setAsking(true)}
      >
        <Scissors size={16} aria-hidden /> <Trans>Go on without it</Trans>
      </Button>
      {asking && (
        <Reasoned
          red
          title={t`Go on without ${slice}?`}
          lead={t`Its devices are offered ${release} no more; those that run it are sent back to ${wayBack}, and all are told why. They are counted as if they had never been in it. ${rest}`}
          act={t`Go on without it`}
          command={`tuesday rollout exclude ${rollout} --attribute ${attribute} --value "${value}" --because "…"`}
          onSend={(because) =>
            call('excludeSlice', { params: { rollout }, body: { attribute, value, because } })
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
