import { t } from '@lingui/core/macro';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { bothWords, fleetAt } from '../time.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useNow } from '../ui/use-now.ts';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

const DAY = 86_400_000;
const SPANS = [
  ['1', t`one day`],
  ['3', t`three days`],
  ['7', t`one week`],
  ['14', t`two weeks`],
  ['28', t`four weeks`],
] as const;

export function Delegate({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { anchor, zone } = useSession().session;
  const [to, setTo] = useState('');
  const [days, setDays] = useState('3');
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend('tuesday delegate to <name> --until <time>');
  const name = to.trim().toLowerCase();
  const missing = name === '' ? t`Name the person first.` : undefined;
  const from = fleetAt(anchor, useNow(10_000));
  const until = from + Number(days) * DAY;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (missing !== undefined || busy) return;
    const body = { to: name, from: Math.round(from), until: Math.round(until) };
    if (await send(() => call('delegate', { body }))) onDone();
  };
  const atTo = failure?.field === 'to' ? failure.words : undefined;
  return (
    <Dialog
      title={t`Let somebody consent for you`}
      lead={t`They consent in your place, with their own second factor. Whoever asks for something can never consent to it, not even for you.`}
      onClose={onClose}
    >
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field
          label={t`Who`}
          hint={t`Their sign-in name.`}
          autoCapitalize="none"
          spellCheck={false}
          value={to}
          problem={(checked ? missing : undefined) ?? atTo}
          onChange={(event) => setTo(event.target.value)}
        />
        <Choice
          label={t`For how long, from now`}
          hint={t`Until ${bothWords(until, zone)}.`}
          value={days}
          options={SPANS}
          onChoose={setDays}
        />
        {atTo === undefined && <Problem failure={failure} />}
        <SendOrNot act={t`Delegate`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}
