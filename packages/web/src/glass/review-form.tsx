import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { GlassView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Area } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { Moment } from '../ui/moment.tsx';

/** Another person says what they found. */
export function ReviewForm({ one, onChanged }: { one: GlassView; onChanged: () => Promise<void> }) {
  const { account, zone } = useSession().session;
  const [finding, setFinding] = useState('');
  const { busy, failure, send } = useSend(`tuesday break-glass review ${one.glass} --finding "…"`);
  const own =
    one.by === account.name ? t`Nobody reviews their own emergency. Ask another approver.` : undefined;
  const refusal =
    own ??
    refusalFor(account, 'approve') ??
    (finding.trim() === '' ? t`Say what you found first.` : busy ? t`Sending …` : undefined);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (refusal !== undefined) return;
    await send(async () => {
      await call('closeReview', { params: { glass: one.glass }, body: { finding: finding.trim() } });
      await onChanged();
    });
  };
  return (
    <form className="mt-1 grid gap-3" onSubmit={(event) => void submit(event)}>
      <p className={`num text-sm ${one.review.overdue ? 'font-semibold text-bad' : 'text-ink-2'}`}>
        <Trans>Review {one.review.overdue ? t`was due` : t`due`}</Trans>{' '}
        <Moment at={one.review.dueAt} zone={zone} />
      </p>
      {own === undefined && (
        <Area
          label={t`What was found`}
          hint={t`Was it right to act alone? What must change so that it is not needed again?`}
          maxLength={4_000}
          value={finding}
          onChange={(event) => setFinding(event.target.value)}
        />
      )}
      <Problem failure={failure} />
      <Button kind="primary" type="submit" small className="justify-self-start" refusal={refusal}>
        <Trans>Close the review</Trans>
      </Button>
    </form>
  );
}
