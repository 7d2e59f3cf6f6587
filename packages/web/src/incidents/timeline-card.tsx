import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentView, TimelineEntryView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { KIND_TONES } from './words.ts';
import { AddText } from './add-text.tsx';
import { Moment } from '../ui/moment.tsx';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

const FEW = 12;

/** What happened, newest first: read from where it is kept; only the notes are its own. */
export function TimelineCard({ view: { incident, timeline, timelineCut }, onChanged }: Props) {
  const [all, setAll] = useState(false);
  const newest = timeline.toReversed();
  const shown = all ? newest : newest.slice(0, FEW);
  return (
    <Card
      title={t`Timeline`}
      lead={t`Newest first. Halts, acts, notices, tickets and codes come by themselves.`}
    >
      <NoteForm incident={incident} onNoted={onChanged} />
      <ol className="mt-5 grid gap-4">
        {shown.map((one, index) => (
          // Entries have no name of their own; several can share an instant.
          // oxlint-disable-next-line react/no-array-index-key
          <Entry key={`${one.at} ${one.what} ${index}`} one={one} />
        ))}
      </ol>
      {newest.length > FEW && !all && (
        <button
          type="button"
          className="mt-3 min-h-10 rounded-lg text-sm font-semibold text-accent underline underline-offset-4"
          onClick={() => setAll(true)}
        >
          <Trans>Show all {newest.length}</Trans>
        </button>
      )}
      {timelineCut && (all || newest.length <= FEW) && (
        <p className="mt-3 text-sm text-ink-2">
          <Trans>What happened before is left out. The audit log has all of it.</Trans>
        </p>
      )}
    </Card>
  );
}

function Entry({ one: { at, kind, who, what, because, path } }: { one: TimelineEntryView }) {
  const { zone } = useSession().session;
  return (
    <li className="grid grid-cols-[1rem_1fr] gap-x-3">
      <span className="pt-0.5">
        <ToneIcon tone={KIND_TONES[kind]} />
      </span>
      <div className="min-w-0 text-sm">
        <p className="font-semibold wrap-anywhere">
          {path === null ? (
            what
          ) : (
            <Link to={path} className="underline-offset-4 hover:underline">
              {what}
            </Link>
          )}
        </p>
        <p className="num text-ink-2">
          <Moment at={at} zone={zone} />
          {who === null ? '' : t`, by ${who}`}
        </p>
        {because !== '' && <p className="mt-1 text-pretty whitespace-pre-line wrap-anywhere">{because}</p>}
      </div>
    </li>
  );
}

function NoteForm({ incident, onNoted }: { incident: string; onNoted: () => Promise<void> }) {
  return (
    <AddText
      long
      label={t`Note`}
      hint={t`What you see, what you do, whom you called. It stands in the report.`}
      maxLength={4_000}
      missing={t`Write something first.`}
      act={t`Add the note`}
      command={`tuesday incident note ${incident} "…"`}
      onAdd={(text) => call('noteIncident', { params: { incident }, body: { text } })}
      onAdded={onNoted}
    />
  );
}
