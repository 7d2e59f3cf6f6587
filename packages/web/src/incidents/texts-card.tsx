import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentTexts, IncidentView } from '@tuesday/protocol';
import { Check, Copy, FilePen } from 'lucide-react';
import { useRef, useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Area, Choice } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { SavedNote } from './saved-note.tsx';
import { TemplatesDialog } from './templates-dialog.tsx';
import { READERS } from './words.ts';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

interface Typed {
  text: string;
  /** Of the saved text on which it was begun; 0: of none. */
  version: number;
}

/** Texts to send, filled with the facts; edited and kept here, sent elsewhere. */
export function TextsCard({ view, onChanged }: Props) {
  const { account } = useSession().session;
  const { incident, texts, savedTexts } = view;
  const [reader, setReader] = useState<keyof IncidentTexts>('customers');
  const [edited, setEdited] = useState<Partial<Record<keyof IncidentTexts, Typed | undefined>>>({});
  const [copied, setCopied] = useState<string>();
  const [templates, setTemplates] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const { busy, failure, send, forget } = useSend(
    `tuesday incident text ${incident} ${reader} --save draft.md`,
  );
  const saved = savedTexts.find((one) => one.reader === reader);
  const typed = edited[reader];
  const text = typed?.text ?? saved?.text ?? texts[reader];
  const isDirty = typed !== undefined && typed.text !== (saved?.text ?? texts[reader]);
  const type = (next: Typed | undefined) => setEdited({ ...edited, [reader]: next });
  const save = async (body: { text: string | null; version: number }) => {
    const kept = await send(() => call('saveIncidentText', { params: { incident, reader }, body }));
    // Also after a conflict: who was faster is to be seen.
    await onChanged();
    if (kept) type(undefined);
  };
  const copy = async () => {
    const area = form.current?.querySelector('textarea');
    // Without a safe connection the browser has no clipboard for us: the text is marked instead.
    if ('clipboard' in navigator) await navigator.clipboard.writeText(text);
    else area?.select();
    setCopied(text);
  };
  const refusal = refusalFor(account, 'ticket') ?? (busy ? t`Sending …` : undefined);
  return (
    <Card
      title={t`Texts to send`}
      lead={t`Filled with what is known now. Nothing is sent from here: edit it, keep it, and copy it.`}
    >
      <div ref={form} className="mt-4 grid gap-4">
        <Choice
          label={t`For`}
          value={reader}
          options={READERS}
          onChoose={(value) => {
            setReader(value as keyof IncidentTexts);
            forget();
          }}
        />
        {saved && (
          <SavedNote
            saved={saved}
            overtaken={typed !== undefined && typed.version !== saved.version}
            onTake={() => type(undefined)}
          />
        )}
        <Area
          label={t`Text`}
          rows={12}
          className="text-sm"
          value={text}
          onChange={(event) =>
            type({ text: event.target.value, version: typed?.version ?? saved?.version ?? 0 })
          }
        />
        <Problem failure={failure} />
        <div className="flex flex-wrap items-start gap-3">
          <Button kind="primary" small onClick={() => void copy().catch(() => setCopied(undefined))}>
            {copied === text ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
            {copied === text
              ? 'clipboard' in navigator
                ? t`Copied`
                : t`Marked: copy it now`
              : t`Copy the text`}
          </Button>
          {isDirty && (
            <Button
              kind="quiet"
              small
              refusal={refusal ?? (text.trim() === '' ? t`There is no text.` : undefined)}
              onClick={() => void save({ text, version: typed.version })}
            >
              <Trans>Keep it</Trans>
            </Button>
          )}
          {text !== texts[reader] && (
            <Button
              kind="quiet"
              small
              onClick={() => type({ text: texts[reader], version: saved?.version ?? 0 })}
            >
              <Trans>Fill in the facts anew</Trans>
            </Button>
          )}
          {saved && !isDirty && (
            <Button
              kind="quiet"
              small
              refusal={refusal}
              onClick={() => void save({ text: null, version: saved.version })}
            >
              <Trans>Throw away what was kept</Trans>
            </Button>
          )}
          <Button kind="quiet" small onClick={() => setTemplates(true)}>
            <FilePen size={16} aria-hidden /> <Trans>Templates</Trans>
          </Button>
        </div>
      </div>
      {templates && <TemplatesDialog first={reader} onSet={onChanged} onClose={() => setTemplates(false)} />}
    </Card>
  );
}
