import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView } from '@tuesday/protocol';
import { CircleCheck, CircleDashed, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { FACTOR_WORDS } from '../factor/factor-words.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { VoidNote } from './void-note.tsx';
import { countWords, standingConsents, whoWords } from './words.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  view: ApprovalView;
  onChanged: () => Promise<void>;
}

/** Who has consented so far, with which factor; taking back one's own. */
export function Consents({ view, onChanged }: Props) {
  const { account, zone } = useSession().session;
  const [asking, setAsking] = useState(false);
  const standing = standingConsents(view);
  const live = view.state === 'open' || view.state === 'approved';
  const own =
    view.author === account.name
      ? 'request'
      : standing.some(({ by }) => by === account.name)
        ? 'consent'
        : undefined;
  const missing = live ? Math.max(0, view.needed - standing.length) : 0;
  return (
    <Card title={countWords(view)}>
      <ul className="mt-3 grid gap-3 text-sm">
        {view.consents.map((one) => (
          <li key={`${one.by} ${one.at}`} className="flex gap-3">
            {one.withdrawnAt === null ? (
              <CircleCheck size={18} aria-hidden className="mt-0.5 shrink-0 text-good" />
            ) : (
              <Undo2 size={18} aria-hidden className="mt-0.5 shrink-0 text-ink-2" />
            )}
            <span className="num">
              <strong className="font-semibold">{whoWords(one)}</strong>, <Moment at={one.at} zone={zone} />
              <Trans>
                , by {FACTOR_WORDS[one.factor]}
                {one.withdrawnAt === null ? '' : t`, taken back ${bothWords(one.withdrawnAt, zone)}`}
              </Trans>
            </span>
          </li>
        ))}
        {missing > 0 && (
          <li className="flex gap-3 text-ink-2">
            <CircleDashed size={18} aria-hidden className="mt-0.5 shrink-0" />
            {plural(missing, {
              one: 'One more person is needed.',
              other: `${missing} more people are needed.`,
            })}
          </li>
        )}
      </ul>
      {view.state === 'void' && <VoidNote view={view} />}
      {live && own !== undefined && (
        <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setAsking(true)}>
          {own === 'request' ? t`Withdraw the request` : t`Take back my consent`}
        </Button>
      )}
      {asking && (
        <Reasoned
          title={own === 'request' ? t`Withdraw this request?` : t`Take back your consent?`}
          lead={t`What has not started will not start on it.`}
          act={own === 'request' ? t`Withdraw` : t`Take it back`}
          onSend={async (because) => {
            await call('withdrawConsent', { params: { approval: view.approval }, body: { because } });
            await onChanged();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
