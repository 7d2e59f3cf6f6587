import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type WhatIf, whatIfText, whatIfWords } from '@tuesday/simulator/what-if';
import { Pencil, Plus, X } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { type Asked, MOST } from './address.ts';

interface Props {
  asked: Asked;
  onEdit: (one: WhatIf) => void;
  onRemove: (one: WhatIf) => void;
  onNew: () => void;
}

const ICON = 'grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink';

/** What was asked, each in a sentence; what the address says wrongly is said with its field. */
export function AskedList({ asked: { whatIfs, problems }, onEdit, onRemove, onNew }: Props) {
  return (
    <Card title={t`What if …`}>
      {problems.length > 0 && (
        <div role="alert" className="mt-3 rounded-lg bg-bad-soft px-3 py-2.5 text-sm text-bad">
          <p>
            <Trans>The address asks for something that cannot be read:</Trans>
          </p>
          <ul className="list-disc pl-5 wrap-anywhere">
            {problems.map(({ field, because }) => (
              <li key={field}>
                {field}: {because}
              </li>
            ))}
          </ul>
        </div>
      )}
      <ul className="rows mt-2 text-sm">
        {whatIfs.map((one) => (
          <li key={whatIfText(one)} className="flex items-start gap-1 py-2">
            <div className="min-w-0 flex-1">
              <p className="font-semibold wrap-anywhere">{one.name}</p>
              <p className="text-pretty wrap-anywhere text-ink-2">{whatIfWords(one)}</p>
            </div>
            <button
              type="button"
              aria-label={t`Change ${one.name}`}
              className={ICON}
              onClick={() => onEdit(one)}
            >
              <Pencil size={16} aria-hidden />
            </button>
            <button
              type="button"
              aria-label={t`Remove ${one.name}`}
              className={ICON}
              onClick={() => onRemove(one)}
            >
              <X size={16} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <Button
        kind="quiet"
        small
        className="mt-3"
        refusal={
          whatIfs.length >= MOST ? t`More than ${MOST} at once nobody compares; remove one.` : undefined
        }
        onClick={onNew}
      >
        <Plus size={16} aria-hidden /> <Trans>A question of your own</Trans>
      </Button>
    </Card>
  );
}
