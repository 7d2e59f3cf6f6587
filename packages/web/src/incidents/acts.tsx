import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

/** Closing it, and what comes before and after. */
export function Acts({ view: { incident, state, recovery }, onChanged }: Props) {
  const { account } = useSession().session;
  const [asking, setAsking] = useState<'mitigate' | 'close' | 'reopen'>();
  const refusal = refusalFor(account, 'operate');
  // Closing is not what comes next while somebody waits.
  const isLast = recovery.waiting + recovery.technician === 0;
  const done = () => setAsking(undefined);
  const params = { incident };
  const act = (name: 'mitigateIncident' | 'reopenIncident') => async (because: string) => {
    await call(name, { params, body: { because } });
    await onChanged();
  };
  return (
    <section aria-label={t`Acts`} className="grid gap-3">
      {state === 'closed' ? (
        <Button kind="quiet" refusal={refusal} onClick={() => setAsking('reopen')}>
          <Trans>Open it again</Trans>
        </Button>
      ) : (
        <>
          <Button kind={isLast ? 'primary' : 'quiet'} refusal={refusal} onClick={() => setAsking('close')}>
            <Trans>Close it</Trans>
          </Button>
          {state === 'open' && refusal === undefined && (
            <Button kind="quiet" onClick={() => setAsking('mitigate')}>
              <Trans>Nothing new goes wrong</Trans>
            </Button>
          )}
        </>
      )}
      {asking === 'close' && <CloseForm incident={incident} onClosed={onChanged} onClose={done} />}
      {asking === 'mitigate' && (
        <Reasoned
          title={t`Nothing new goes wrong`}
          lead={t`It is called mitigated from then on, and stays until somebody closes it.`}
          act={t`Say so`}
          command={`tuesday incident mitigate ${incident} --because "…"`}
          onSend={act('mitigateIncident')}
          onClose={done}
        />
      )}
      {asking === 'reopen' && (
        <Reasoned
          title={t`Open it again`}
          act={t`Open it again`}
          command={`tuesday incident reopen ${incident} --because "…"`}
          onSend={act('reopenIncident')}
          onClose={done}
        />
      )}
    </section>
  );
}

interface CloseProps {
  incident: string;
  onClosed: () => Promise<void>;
  onClose: () => void;
}

function CloseForm({ incident, onClosed, onClose }: CloseProps) {
  const [note, setNote] = useState('');
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend(`tuesday incident close ${incident} --note "…"`);
  const missing = note.trim() === '' ? t`Say how it ended: one sentence is enough.` : undefined;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || missing !== undefined) return;
    const body = { note: note.trim() };
    if (!(await send(() => call('closeIncident', { params: { incident }, body })))) return;
    await onClosed();
    onClose();
  };
  return (
    <Dialog
      title={t`Close the incident`}
      lead={t`Who is not well then stays in the report.`}
      onClose={onClose}
    >
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Area
          label={t`How it ended`}
          hint={t`Stands at the end of the report.`}
          maxLength={4_000}
          value={note}
          problem={checked ? missing : undefined}
          onChange={(event) => setNote(event.target.value)}
        />
        <Problem failure={failure} />
        <SendOrNot act={t`Close it`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}
