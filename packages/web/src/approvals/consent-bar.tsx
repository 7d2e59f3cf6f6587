import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView, FactorProof } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { useSession } from '../session/context.ts';
import { usePending } from '../shell/pending.ts';
import { fleetAt } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/field.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useNow } from '../ui/use-now.ts';

interface Props {
  view: ApprovalView;
  onChanged: () => Promise<void>;
}

/** The answer. On a phone at the thumb, always in sight. */
export function ConsentBar({ view, onChanged }: Props) {
  const { account, anchor } = useSession().session;
  const pending = usePending();
  const delegations = useAsked('delegations to me', () => call('listDelegations'), 60_000, ['delegation']);
  const [onBehalfOf, setOnBehalfOf] = useState('');
  const [read, setRead] = useState(view.digest);
  const now = fleetAt(anchor, useNow(10_000));
  const givers = (delegations.data?.delegations ?? [])
    .filter(
      ({ to, from, until, revokedAt }) =>
        to === account.name && revokedAt === null && from <= now && now < until,
    )
    .map(({ of }) => of);
  if (view.state !== 'open') return null;
  const approve = async (factor: FactorProof) => {
    const forWhom = onBehalfOf === '' ? {} : { onBehalfOf };
    await call('approve', {
      params: { approval: view.approval },
      body: { digest: read, factor, ...forWhom },
    });
    await Promise.all([onChanged(), pending.again()]);
  };
  return (
    <section
      aria-label={t`Your answer`}
      className="sticky bottom-0 z-10 -mx-4 border-t border-line bg-surface px-4 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))] sm:mx-0 sm:rounded-t-2xl sm:border-x sm:px-6"
    >
      {givers.length > 0 && (
        <Choice
          className="mb-3"
          label={t`As whom`}
          value={onBehalfOf}
          options={[['', t`for myself, ${account.name}`], ...givers.map((of) => [of, t`for ${of}`] as const)]}
          onChoose={setOnBehalfOf}
        />
      )}
      {read !== view.digest && (
        <div role="alert" className="mb-3 grid gap-2 rounded-lg bg-warn-soft p-3 text-sm">
          <p>
            <Trans>
              What this request covers has changed since you opened it. Read it again before you consent.
            </Trans>
          </p>
          <Button kind="quiet" small onClick={() => setRead(view.digest)}>
            <Trans>I have read it as it is now</Trans>
          </Button>
        </div>
      )}
      <Proof
        purpose={view.purpose}
        act={t`Approve`}
        refusal={
          read === view.digest
            ? onBehalfOf === ''
              ? (view.mayNot ?? undefined)
              : undefined
            : t`It has changed since you read it.`
        }
        command={`tuesday approval approve ${view.approval}`}
        onProved={approve}
      />
    </section>
  );
}
