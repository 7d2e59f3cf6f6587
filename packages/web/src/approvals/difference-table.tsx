import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { ArrowRight } from 'lucide-react';
import { Card } from '../ui/card.tsx';
import { differences } from './difference.ts';

interface Props {
  title: string;
  before: unknown;
  after: unknown;
}

export function DifferenceTable({ title, before, after }: Props) {
  const lines = differences(before, after);
  return (
    <Card title={title}>
      {lines.length === 0 ? (
        <p className="mt-2 text-sm text-ink-2">
          <Trans>Nothing is different.</Trans>
        </p>
      ) : (
        <dl className="rows num mt-3 text-sm">
          {lines.map(({ what, before: old, after: young }) => (
            <div key={what} className="grid gap-x-4 py-2 sm:grid-cols-[14rem_1fr]">
              <dt className="text-ink-2">{what}</dt>
              <dd className="flex min-w-0 flex-wrap items-center gap-x-2">
                <span className="text-ink-2 line-through wrap-anywhere">{old}</span>
                <ArrowRight size={14} aria-label={t`becomes`} className="shrink-0 text-ink-2" />
                <span className="font-semibold wrap-anywhere">{young}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
