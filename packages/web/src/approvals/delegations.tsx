import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RouteAnswer } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords, fleetAt } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useNow } from '../ui/use-now.ts';
import { useSend } from '../ui/use-send.ts';
import { Delegate } from './delegate.tsx';
import { Moment } from '../ui/moment.tsx';

type Delegation = RouteAnswer<'listDelegations'>['delegations'][number];

/** Who consents for whom; an approver who is away names somebody. */
export function Delegations() {
  const { account } = useSession().session;
  const [open, setOpen] = useState(false);
  const asked = useAsked('delegations', () => call('listDelegations'), 15_000, ['delegation']);
  const { busy, failure, send } = useSend();
  const end = (delegation: string) =>
    send(async () => {
      await call('revokeDelegation', { params: { delegation } });
      await asked.again();
    });
  return (
    <Card
      title={t`Away?`}
      lead={t`Let a named person consent for you, for a time. It is kept in the audit log as such.`}
    >
      <div className="mt-3 grid gap-3">
        <Problem failure={failure} />
        <Answered quiet asked={asked} what={t`the delegations`} command="tuesday delegate list">
          {({ delegations }) => (
            <ul className="rows empty:hidden">
              {delegations.map((one) => (
                <Row key={one.delegation} one={one} busy={busy} onEnd={() => void end(one.delegation)} />
              ))}
            </ul>
          )}
        </Answered>
        <Button
          kind="quiet"
          small
          className="justify-self-start"
          refusal={refusalFor(account, 'approve')}
          onClick={() => setOpen(true)}
        >
          <Trans>Let somebody consent for me</Trans>
        </Button>
      </div>
      {open && (
        <Delegate
          onDone={() => {
            setOpen(false);
            void asked.again();
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </Card>
  );
}

function Row({ one, busy, onEnd }: { one: Delegation; busy: boolean; onEnd: () => void }) {
  const { account, anchor, zone } = useSession().session;
  const now = fleetAt(anchor, useNow(10_000));
  const over = one.revokedAt !== null || one.until <= now;
  const refusal = busy
    ? t`Sending …`
    : one.of === account.name
      ? undefined
      : t`Only ${one.of} or an admin ends it.`;
  return (
    <li className={`flex flex-wrap items-center gap-3 py-3 text-sm ${over ? 'text-ink-2' : ''}`}>
      <p className="num min-w-0 flex-1 basis-60">
        <Trans>
          <strong className="font-semibold">{one.to}</strong> for{' '}
          <strong className="font-semibold">{one.of}</strong>,
        </Trans>{' '}
        <Moment at={one.from} zone={zone} /> <Trans>to</Trans> <Moment at={one.until} zone={zone} />
        {one.revokedAt === null ? '' : t`, ended ${bothWords(one.revokedAt, zone)}`}
      </p>
      {!over && (
        <Button
          kind="quiet"
          small
          refusal={refusalFor(account, 'administer') === undefined && !busy ? undefined : refusal}
          onClick={onEnd}
        >
          <Trans>End it</Trans>
        </Button>
      )}
    </li>
  );
}
