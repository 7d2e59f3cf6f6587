import { t } from '@lingui/core/macro';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { go, incidentPath } from '../route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  /** What it is about, where that is known. */
  rollout?: string;
  onClose: () => void;
}

/** Phases in which a release has run somewhere. */
const RAN = new Set(['soaking', 'watching', 'halted', 'recalling', 'completed', 'recalled']);

export function OpenForm({ rollout = '', onClose }: Props) {
  const [typed, setTyped] = useState({ title: '', rollout, code: '', because: '' });
  const [checked, setChecked] = useState(false);
  const { busy, failure, send, forget } = useSend('tuesday incident open --title "…" --because "…"');
  const asked = useAsked('rollouts for an incident', () => call('listRollouts'), 'once');
  const rollouts = (asked.data?.rollouts ?? []).filter(({ phase }) => RAN.has(phase));
  const code = typed.code.trim();
  const wrong: Partial<Record<keyof typeof typed, string>> = {
    ...(typed.title.trim() === '' ? { title: t`Say in a few words what happens.` } : {}),
    ...(code !== '' && !/^0x[0-9a-f]{1,8}$/i.test(code)
      ? { code: t`Use 0x and 1 to 8 hex digits, for instance 0x45.` }
      : {}),
    ...(typed.because.trim() === '' ? { because: t`Say how you know, in a sentence.` } : {}),
  };
  const set = (key: keyof typeof typed) => (event: { target: { value: string } }) => {
    forget();
    setTyped({ ...typed, [key]: event.target.value });
  };
  const problem = (key: keyof typeof typed) =>
    (checked ? wrong[key] : undefined) ?? (failure?.field === key ? failure.words : undefined);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || Object.keys(wrong).length > 0) return;
    const about = {
      ...(typed.rollout === '' ? {} : { rollout: typed.rollout }),
      ...(code === '' ? {} : { code }),
    };
    const body = { title: typed.title.trim(), because: typed.because.trim(), ...about };
    await send(async () => go(incidentPath((await call('openIncident', { body })).incident)));
  };
  return (
    <Dialog
      title={t`Open an incident`}
      lead={t`What is known is enough; the rest comes by itself.`}
      onClose={onClose}
    >
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field
          label={t`What happens`}
          placeholder={t`Thermostats do not answer the app`}
          maxLength={120}
          value={typed.title}
          problem={problem('title')}
          onChange={set('title')}
        />
        <Choice
          label={t`About the rollout`}
          hint={t`Its devices are counted: who went wrong, and who is well again.`}
          value={typed.rollout}
          options={[
            ['', t`no rollout, or not known`],
            ...rollouts.map((one) => [one.rollout, `${one.name}, ${one.release}, ${one.phase}`] as const),
          ]}
          problem={problem('rollout')}
          onChoose={(value) => set('rollout')({ target: { value } })}
        />
        <Field
          label={t`Error code (may be left out)`}
          hint={t`Tickets with it belong to the incident.`}
          placeholder="0x45"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={10}
          value={typed.code}
          problem={problem('code')}
          onChange={set('code')}
        />
        <Field
          label={t`How you know`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={typed.because}
          problem={problem('because')}
          onChange={set('because')}
        />
        <Problem failure={failure?.field !== undefined && failure.field in typed ? undefined : failure} />
        <SendOrNot act={t`Open it`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}
