import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RouteAnswer, RouteBody } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Area, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  title: string;
  lead: string;
  command: string;
  onSend: (body: RouteBody<'importFreezes'>) => Promise<RouteAnswer<'importFreezes'>>;
  onClose: () => void;
}

/** An iCalendar file and the reason; then what became of it. */
export function ImportFile({ title, lead, command, onSend, onClose }: Props) {
  const [file, setFile] = useState<File>();
  const [because, setBecause] = useState('');
  const [checked, setChecked] = useState(false);
  const [done, setDone] = useState<RouteAnswer<'importFreezes'>>();
  const { busy, failure, send } = useSend(command);
  const noFile = file === undefined ? t`Choose a file that ends in .ics first.` : undefined;
  const noReason = because.trim() === '' ? t`Say why: one sentence is enough.` : undefined;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!file || noReason !== undefined || busy) return;
    await send(async () => setDone(await onSend({ ics: await file.text(), because: because.trim() })));
  };
  if (done)
    return (
      <Dialog
        title={plural(done.imported, {
          one: 'One event imported',
          other: `${done.imported} events imported`,
        })}
        onClose={onClose}
      >
        {done.skipped.length > 0 && (
          <div className="rounded-lg bg-warn-soft p-3 text-sm">
            <p className="font-semibold">
              <Trans>Left out</Trans>
            </p>
            <ul className="mt-1 grid list-disc gap-1 pl-5">
              {done.skipped.map((why) => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          </div>
        )}
        <Button kind="primary" onClick={onClose}>
          <Trans>Understood</Trans>
        </Button>
      </Dialog>
    );
  const atFile = failure?.code === 'calendar-invalid' ? failure.words : undefined;
  return (
    <Dialog title={title} lead={lead} onClose={onClose}>
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field
          label={t`File`}
          type="file"
          accept=".ics,text/calendar"
          style={{ paddingBlock: '0.65rem' }}
          problem={(checked ? noFile : undefined) ?? atFile}
          onChange={(event) => setFile(event.target.files?.[0])}
        />
        <Area
          label={t`Because`}
          hint={t`Kept in the audit log.`}
          maxLength={1_000}
          value={because}
          problem={checked ? noReason : undefined}
          onChange={(event) => setBecause(event.target.value)}
        />
        {atFile === undefined && <Problem failure={failure} />}
        <SendOrNot act={t`Import`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}
