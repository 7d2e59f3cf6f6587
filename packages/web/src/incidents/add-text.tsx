import { t } from '@lingui/core/macro';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Area, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';

interface Props {
  label: string;
  hint?: ReactNode;
  maxLength: number;
  /** Several lines. */
  long?: boolean;
  /** What is said of an empty text. */
  missing: string;
  /** Words of the button. */
  act: string;
  /** What does the same from a terminal. */
  command: string;
  onAdd: (text: string) => Promise<unknown>;
  onAdded: () => Promise<void>;
}

/** One text that is added to an incident. */
export function AddText({
  label,
  hint,
  maxLength,
  long = false,
  missing,
  act,
  command,
  onAdd,
  onAdded,
}: Props) {
  const { account } = useSession().session;
  const [text, setText] = useState('');
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend(command);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || text.trim() === '') return;
    if (!(await send(() => onAdd(text.trim())))) return;
    setText('');
    setChecked(false);
    await onAdded();
  };
  const field = {
    label,
    hint,
    maxLength,
    value: text,
    problem: checked && text.trim() === '' ? missing : undefined,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
  };
  return (
    <form noValidate className="mt-3 grid gap-3" onSubmit={(event) => void submit(event)}>
      {long ? <Area rows={2} {...field} /> : <Field {...field} />}
      <Problem failure={failure} />
      <Button
        kind="quiet"
        small
        type="submit"
        className="justify-self-start"
        refusal={refusalFor(account, 'ticket') ?? (busy ? t`Sending …` : undefined)}
      >
        {act}
      </Button>
    </form>
  );
}
