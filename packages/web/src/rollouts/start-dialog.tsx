import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

/** Starts a draft; outside its window it can be started to wait for the window. */
export function StartDialog({ view, onClose }: { view: RolloutView; onClose: () => void }) {
  const { rollout } = view;
  const [because, setBecause] = useState('');
  const { busy, failure, send } = useSend(`tuesday rollout start ${rollout}`);
  const early = failure?.code === 'outside-window';
  const start = async (schedule: boolean) => {
    const reason = because.trim() === '' ? {} : { because: because.trim() };
    const body = { ...reason, ...(schedule ? { schedule } : {}) };
    if (await send(() => call('startRollout', { params: { rollout }, body }))) onClose();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) void start(false);
  };
  const sending = busy ? t`Sending …` : undefined;
  return (
    <Dialog
      title={t`Start this rollout?`}
      lead={t`The cohorts are fixed now, and offers of ${view.release} go out stage by stage. The signed way back is ${view.wayBack}.`}
      onClose={onClose}
    >
      <form className="grid gap-4" onSubmit={submit}>
        <Area
          label={t`Because (may be left out)`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={because}
          onChange={(event) => setBecause(event.target.value)}
        />
        <Problem failure={failure} />
        {early && (
          <Button kind="primary" refusal={sending} onClick={() => void start(true)}>
            <Trans>Start it, and let it wait for the window</Trans>
          </Button>
        )}
        <SendOrNot act={t`Start`} kind={early ? 'quiet' : 'primary'} refusal={sending} onClose={onClose} />
      </form>
    </Dialog>
  );
}
