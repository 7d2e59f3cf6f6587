import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AuditEntryView } from '@tuesday/protocol';
import { DifferenceTable } from '../approvals/difference-table.tsx';
import { useState } from 'react';
import { useSession } from '../session/context.ts';
import { actorWords, originWords, verbWords } from './words.ts';
import { Moment } from '../ui/moment.tsx';

/** Who did what to what, why, and from where; before and after on demand. */
export function Entry({ one }: { one: AuditEntryView }) {
  const { zone } = useSession().session;
  const [open, setOpen] = useState(false);
  const changed = JSON.stringify(one.before ?? null) !== JSON.stringify(one.after ?? null);
  return (
    <li className="py-3.5">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <strong className="font-semibold wrap-anywhere">{actorWords(one)}</strong>
        <span className="wrap-anywhere">
          {verbWords(one.verb)} <span className="font-mono text-sm">{one.object}</span>
        </span>
        <span className="ml-auto text-sm text-ink-2">
          <Moment at={one.at} zone={zone} />
        </span>
      </p>
      <p className="mt-0.5 text-sm text-pretty wrap-anywhere">{one.because}</p>
      <p className="num mt-0.5 flex flex-wrap items-center gap-x-4 text-sm text-ink-2">
        <span>
          <Trans>
            no. {one.seq}, {originWords(one)}
            {one.fleet === null ? t`, whole organisation` : ''}
          </Trans>
        </span>
        <button type="button" aria-expanded={open} className="link min-h-10" onClick={() => setOpen(!open)}>
          <Trans>
            before and after<span className="sr-only"> of entry {one.seq}</span>
          </Trans>
        </button>
      </p>
      {open && (
        <div className="mt-2 grid gap-2">
          {changed ? (
            <DifferenceTable title={t`What changed`} before={one.before} after={one.after} />
          ) : (
            <p className="text-sm text-ink-2">
              <Trans>It changed no value.</Trans>
            </p>
          )}
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 font-mono text-xs text-ink-2">
            <dt>
              <Trans>hash</Trans>
            </dt>
            <dd className="wrap-anywhere">{one.hash}</dd>
            <dt>
              <Trans>before it</Trans>
            </dt>
            <dd className="wrap-anywhere">{one.previous}</dd>
          </dl>
        </div>
      )}
    </li>
  );
}
