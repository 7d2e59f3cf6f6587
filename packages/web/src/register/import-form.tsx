import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RouteAnswer } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { DropArea } from '../releases/drop-area.tsx';
import { numberWords } from '../rollouts/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { SendOrNot } from '../ui/send-or-not.tsx';
import { useSend } from '../ui/use-send.ts';
import { sendRegister } from './send-file.ts';

interface Props {
  onImported: () => Promise<void>;
  onClose: () => void;
}

const MODES = [
  ['add', t`Stay`],
  ['replace', t`Are deleted`],
] as const;
const DELIMITERS = [
  [',', t`A comma`],
  [';', t`A semicolon`],
  ['\t', t`A tab`],
  ['|', t`A bar`],
] as const;

/** A CSV file, all of it or nothing; what is wrong is said with its line and column. */
export function ImportForm({ onImported, onClose }: Props) {
  const [file, setFile] = useState<File>();
  const [typed, setTyped] = useState({ because: '', mode: 'add', delimiter: ',' });
  const [checked, setChecked] = useState(false);
  const [done, setDone] = useState<RouteAnswer<'importRegister'>>();
  const { busy, failure, send } = useSend('tuesday register import customers.csv --because "…"');
  const noFile = file === undefined ? t`Choose a file first.` : undefined;
  const noReason = typed.because.trim() === '' ? t`Say from where they are.` : undefined;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || file === undefined || noReason !== undefined) return;
    const query = { ...typed, because: typed.because.trim() } as Parameters<typeof sendRegister>[1];
    if (await send(async () => setDone(await sendRegister(file, query)))) await onImported();
  };
  if (done) return <Done done={done} onClose={onClose} />;
  // What a refusal says about the file stands at the file.
  const atFile = failure?.code === 'bad-request' || failure?.code === 'too-large' ? failure.words : undefined;
  return (
    <Dialog
      title={t`Import addresses`}
      lead={t`A CSV file with the columns device and address, and where you have them customer and contact.`}
      onClose={onClose}
    >
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <DropArea
          label={t`File of addresses`}
          hint={file === undefined ? t`Up to 100,000 lines.` : file.name}
          accept=".csv,text/csv"
          problem={(checked ? noFile : undefined) ?? atFile}
          onFiles={([one]) => setFile(one)}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Choice
            label={t`Between the columns`}
            value={typed.delimiter}
            options={DELIMITERS}
            onChoose={(delimiter) => setTyped({ ...typed, delimiter })}
          />
          <Choice
            label={t`Entries that the file does not have`}
            value={typed.mode}
            options={MODES}
            onChoose={(mode) => setTyped({ ...typed, mode })}
          />
        </div>
        <Field
          label={t`Because`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={typed.because}
          problem={checked ? noReason : undefined}
          onChange={(event) => setTyped({ ...typed, because: event.target.value })}
        />
        <Problem failure={atFile === undefined ? failure : undefined} />
        <SendOrNot act={t`Import`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Done({ done, onClose }: { done: RouteAnswer<'importRegister'>; onClose: () => void }) {
  const { lines, added, changed, deleted } = done;
  return (
    <Dialog title={t`${numberWords(lines)} lines imported`} onClose={onClose}>
      <p className="num text-pretty">
        <Trans>
          {numberWords(added)} new, {numberWords(changed)} changed, {numberWords(deleted)} deleted. The rest
          was there already.
        </Trans>
      </p>
      <Button kind="primary" onClick={onClose}>
        <Trans>Understood</Trans>
      </Button>
    </Dialog>
  );
}
