import { t } from '@lingui/core/macro';
import { type SubmitEvent, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Area } from './field.tsx';
import { Problem } from './problem.tsx';
import { useSend } from './use-send.ts';
import { SendOrNot } from './send-or-not.tsx';

interface Props {
  title: string;
  lead?: string;
  /** Words of the button. */
  act: string;
  red?: boolean;
  /** The reason may be left out. */
  optional?: boolean;
  command?: string;
  /** Closes when it comes to its end. */
  onSend: (because: string) => Promise<unknown>;
  onClose: () => void;
}

/** An act that wants a reason. */
export function Reasoned({
  title,
  lead,
  act,
  red = false,
  optional = false,
  command,
  onSend,
  onClose,
}: Props) {
  const [because, setBecause] = useState('');
  const { busy, failure, send } = useSend(command);
  const missing = !optional && because.trim() === '' ? t`Say why first: one sentence is enough.` : undefined;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (missing !== undefined || busy) return;
    if (await send(() => onSend(because.trim()))) onClose();
  };
  return (
    <Dialog title={title} {...(lead === undefined ? {} : { lead })} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Area
          label={optional ? t`Because (may be left out)` : t`Because`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={because}
          onChange={(event) => setBecause(event.target.value)}
        />
        <Problem failure={failure} />
        <SendOrNot
          act={act}
          kind={red ? 'red' : 'primary'}
          refusal={busy ? t`Sending …` : missing}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
