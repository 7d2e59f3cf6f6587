import { t } from '@lingui/core/macro';
import type { RegisterView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { numberWords } from '../rollouts/words.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { SendOrNot } from '../ui/send-or-not.tsx';
import { useSend } from '../ui/use-send.ts';

interface Props {
  view: RegisterView;
  onDeleted: () => Promise<void>;
  onClose: () => void;
}

/** Of one device, because somebody asked for it; or all. */
export function DeleteForm({ view: { entries }, onDeleted, onClose }: Props) {
  const [typed, setTyped] = useState({ which: 'one', device: '', because: '' });
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend('tuesday register delete --device th-000123 --because "…"');
  const one = typed.which === 'one';
  const device = typed.device.trim();
  const wrong = {
    device: one && device === '' ? t`Say which device.` : undefined,
    because: typed.because.trim() === '' ? t`Say why.` : undefined,
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || wrong.device !== undefined || wrong.because !== undefined) return;
    const body = { devices: one ? [device] : null, because: typed.because.trim() };
    if (await send(() => call('deleteRegister', { body }))) await onDeleted();
  };
  const told = failure?.field?.startsWith('devices') ? failure.words : undefined;
  return (
    <Dialog title={t`Delete addresses`} lead={t`They cannot be brought back from here.`} onClose={onClose}>
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Choice
          label={t`Whose`}
          value={typed.which}
          options={[
            ['one', t`One device’s`],
            ['all', t`All ${numberWords(entries)}`],
          ]}
          onChoose={(which) => setTyped({ ...typed, which })}
        />
        {one && (
          <Field
            label={t`Device`}
            value={typed.device}
            problem={(checked ? wrong.device : undefined) ?? told}
            onChange={(event) => setTyped({ ...typed, device: event.target.value })}
          />
        )}
        <Field
          label={t`Because`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={typed.because}
          problem={checked ? wrong.because : undefined}
          onChange={(event) => setTyped({ ...typed, because: event.target.value })}
        />
        <Problem failure={told === undefined ? failure : undefined} />
        <SendOrNot
          kind="red"
          act={one ? t`Delete it` : t`Delete all`}
          refusal={busy ? t`Sending …` : undefined}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
