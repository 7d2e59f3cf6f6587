import { t } from '@lingui/core/macro';
import type { CodeView, Severity } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Area, Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  view: CodeView;
  onWritten: () => Promise<void>;
  onClose: () => void;
}

const SEVERITIES = [
  ['info', t`info: for information`],
  ['warning', t`warning: needs a look`],
  ['critical', t`critical: serious`],
] as const;
const HEALTH = [
  ['', t`not known yet`],
  ['yes', t`yes`],
  ['no', t`no`],
] as const;

/** What is known about a code, until a release documents it. */
export function FillForm({ view: { code, now }, onWritten, onClose }: Props) {
  const [typed, setTyped] = useState({
    title: now?.title ?? '',
    meaning: now?.meaning ?? '',
    customer: now?.customer ?? '',
    severity: now?.severity ?? 'warning',
    fails: now?.failsHealth === true ? t`yes` : now?.failsHealth === false ? t`no` : '',
    because: '',
  });
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend(
    `tuesday codes document ${code} --title "…" --meaning "…" --because "…"`,
  );
  const wrong = {
    title: typed.title.trim() === '' ? t`Say it in a few words.` : undefined,
    meaning: typed.meaning.trim() === '' ? t`Say what it means, for support.` : undefined,
    because: typed.because.trim() === '' ? t`Say why, in a sentence.` : undefined,
  };
  const set = (key: keyof typeof typed) => (event: { target: { value: string } }) =>
    setTyped({ ...typed, [key]: event.target.value });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || Object.values(wrong).some((one) => one !== undefined)) return;
    const { fails, because, title, meaning, customer, severity } = typed;
    const failsHealth = fails === '' ? null : fails === 'yes';
    const texts = now?.texts ?? {};
    const body = { title, meaning, customer, severity, failsHealth, texts, because };
    const done = await send(() => call('documentCode', { params: { code }, body }));
    if (!done) return;
    await onWritten();
    onClose();
  };
  const problem = (key: keyof typeof wrong) => (checked ? wrong[key] : undefined);
  return (
    <Dialog title={t`What ${code} means`} onClose={onClose}>
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field
          label={t`Title`}
          maxLength={120}
          value={typed.title}
          problem={problem('title')}
          onChange={set('title')}
        />
        <Area
          label={t`What it means, for support`}
          maxLength={2_000}
          value={typed.meaning}
          problem={problem('meaning')}
          onChange={set('meaning')}
        />
        <Area
          label={t`What the customer can do`}
          hint={t`Everybody reads it on the support page, as the title and the meaning.`}
          maxLength={2_000}
          value={typed.customer}
          onChange={set('customer')}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Choice
            label={t`Severity`}
            value={typed.severity}
            options={SEVERITIES}
            onChoose={(severity) => setTyped({ ...typed, severity: severity as Severity })}
          />
          <Choice
            label={t`Fails the health check`}
            value={typed.fails}
            options={HEALTH}
            onChoose={(fails) => setTyped({ ...typed, fails })}
          />
        </div>
        <Field
          label={t`Why`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={typed.because}
          problem={problem('because')}
          onChange={set('because')}
        />
        <Problem failure={failure} />
        <SendOrNot act={t`Write it down`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}
