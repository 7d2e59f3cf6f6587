import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentTexts, IncidentView } from '@tuesday/protocol';
import { Check, Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Area, Choice } from '../ui/field.tsx';
import { READERS } from './words.ts';

/** Texts to send, filled with the facts; edited here, sent elsewhere. */
export function TextsCard({ view: { texts } }: { view: IncidentView }) {
  const [reader, setReader] = useState<keyof IncidentTexts>('customers');
  const [edited, setEdited] = useState<Partial<IncidentTexts>>({});
  const [copied, setCopied] = useState<string>();
  const form = useRef<HTMLDivElement>(null);
  const text = edited[reader] ?? texts[reader];
  const isOlder = edited[reader] !== undefined && edited[reader] !== texts[reader];
  const copy = async () => {
    const area = form.current?.querySelector('textarea');
    // Without a safe connection the browser has no clipboard for us: the text is marked instead.
    if ('clipboard' in navigator) await navigator.clipboard.writeText(text);
    else area?.select();
    setCopied(text);
  };
  return (
    <Card
      title={t`Texts to send`}
      lead={t`Filled with what is known now. Nothing is sent from here: edit it and copy it.`}
    >
      <div ref={form} className="mt-4 grid gap-4">
        <Choice
          label={t`For`}
          value={reader}
          options={READERS}
          onChoose={(value) => setReader(value as keyof IncidentTexts)}
        />
        <Area
          label={t`Text`}
          rows={12}
          className="text-sm"
          value={text}
          onChange={(event) => setEdited({ ...edited, [reader]: event.target.value })}
        />
        <div className="flex flex-wrap gap-3">
          <Button kind="primary" small onClick={() => void copy().catch(() => setCopied(undefined))}>
            {copied === text ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
            {copied === text
              ? 'clipboard' in navigator
                ? t`Copied`
                : t`Marked: copy it now`
              : t`Copy the text`}
          </Button>
          {isOlder && (
            <Button kind="quiet" small onClick={() => setEdited({ ...edited, [reader]: undefined })}>
              <Trans>Fill in the facts anew</Trans>
            </Button>
          )}
        </div>
      </div>
    </Card>
  );
}
