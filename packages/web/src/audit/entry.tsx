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
          no. {one.seq}, {originWords(one)}
          {one.fleet === null ? ', whole organisation' : ''}
        </span>
        <button type="button" aria-expanded={open} className="link min-h-10" onClick={() => setOpen(!open)}>
          before and after<span className="sr-only"> of entry {one.seq}</span>
        </button>
      </p>
      {open && (
        <div className="mt-2 grid gap-2">
          {changed ? (
            <DifferenceTable title="What changed" before={one.before} after={one.after} />
          ) : (
            <p className="text-sm text-ink-2">It changed no value.</p>
          )}
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 font-mono text-xs text-ink-2">
            <dt>hash</dt>
            <dd className="wrap-anywhere">{one.hash}</dd>
            <dt>before it</dt>
            <dd className="wrap-anywhere">{one.previous}</dd>
          </dl>
        </div>
      )}
    </li>
  );
}
