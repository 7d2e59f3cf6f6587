import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentTexts, TemplatesView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area, Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { SendOrNot } from '../ui/send-or-not.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { templateProblem } from './template-problem.ts';
import { READERS } from './words.ts';

interface Props {
  /** Which one is open first. */
  first: keyof IncidentTexts;
  onSet: () => Promise<void>;
  onClose: () => void;
}

/** The fleet's templates: every incident's texts are filled from them. */
export function TemplatesDialog({ first, onSet, onClose }: Props) {
  const asked = useAsked('templates', () => call('viewTemplates'), 'once');
  const [reader, setReader] = useState(first);
  return (
    <Dialog
      title={t`Templates of this fleet`}
      lead={t`The texts of every incident are filled from them. What stands in braces becomes a fact.`}
      onClose={onClose}
    >
      <Answered asked={asked} what={t`the templates`} command="tuesday incident template view">
        {(view) => (
          <>
            <Choice
              label={t`Template for`}
              value={reader}
              options={READERS}
              onChoose={(value) => setReader(value as keyof IncidentTexts)}
            />
            <Form
              key={reader}
              reader={reader}
              view={view}
              again={asked.again}
              onSet={onSet}
              onClose={onClose}
            />
          </>
        )}
      </Answered>
    </Dialog>
  );
}

interface FormProps extends Omit<Props, 'first'> {
  reader: keyof IncidentTexts;
  view: TemplatesView;
  again: () => Promise<void>;
}

function Form({ reader, view, again, onSet, onClose }: FormProps) {
  const { account } = useSession().session;
  const template = view.templates.find((one) => one.reader === reader);
  const [read, setRead] = useState(template);
  const [text, setText] = useState(template?.text ?? '');
  const [because, setBecause] = useState('');
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend(
    `tuesday incident template set ${reader} --file template.md --because "…"`,
  );
  const names = view.placeholders.map(({ name }) => name);
  const wrong = templateProblem(text, names);
  const isOvertaken = template !== undefined && read !== undefined && template.version !== read.version;
  const set = async (next: string | null) => {
    setChecked(true);
    if (busy || because.trim() === '' || (next !== null && wrong !== undefined)) return;
    const body = { reader, text: next, version: read?.version ?? 0, because: because.trim() };
    if (!(await send(() => call('setTemplate', { body })))) return again();
    await onSet();
    onClose();
  };
  const refusal = refusalFor(account, 'ticket') ?? (busy ? t`Sending …` : undefined);
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void set(text);
      }}
    >
      <p className="text-sm text-ink-2">
        {template?.setBy ? t`Version ${template.version}, set by ${template.setBy}.` : t`The product’s own.`}
      </p>
      <Area
        label={t`Text of the template`}
        rows={10}
        className="text-sm"
        value={text}
        problem={wrong ?? (failure?.field === 'text' ? failure.words : undefined)}
        onChange={(event) => setText(event.target.value)}
      />
      <details className="rounded-lg border border-line p-3 text-sm">
        <summary className="cursor-pointer font-semibold">
          <Trans>What may stand in braces</Trans>
        </summary>
        <dl className="mt-2 grid gap-x-3 gap-y-1 sm:grid-cols-[auto_1fr]">
          {view.placeholders.map(({ name, means }) => (
            <div key={name} className="contents">
              <dt className="font-mono">{`{${name}}`}</dt>
              <dd className="text-pretty text-ink-2 max-sm:mb-2">{means}</dd>
            </div>
          ))}
        </dl>
      </details>
      <Field
        label={t`Because`}
        hint={t`Kept in the audit log.`}
        maxLength={1_000}
        value={because}
        problem={checked && because.trim() === '' ? t`Say why.` : undefined}
        onChange={(event) => setBecause(event.target.value)}
      />
      <Problem failure={failure?.field === 'text' ? undefined : failure} />
      {isOvertaken && (
        <div className="grid gap-2 rounded-lg bg-warn-soft p-3 text-sm">
          <p className="font-semibold">
            <Trans>What {template.setBy ?? t`somebody`} wrote meanwhile:</Trans>
          </p>
          <p className="max-h-40 overflow-y-auto rounded-md bg-surface p-2 whitespace-pre-wrap">
            {template.text}
          </p>
          <Button kind="quiet" small className="sm:w-fit" onClick={() => setRead(template)}>
            <Trans>I have read it: mine goes over it</Trans>
          </Button>
        </div>
      )}
      {template?.setBy != null && (
        <Button kind="quiet" small refusal={refusal} onClick={() => void set(null)}>
          <Trans>Take the product’s own again</Trans>
        </Button>
      )}
      <SendOrNot act={t`Set the template`} refusal={refusal} onClose={onClose} />
    </form>
  );
}
