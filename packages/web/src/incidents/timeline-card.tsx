import type { IncidentView, TimelineEntryView } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { momentWords } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Area } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { useSend } from '../ui/use-send.ts';
import { KIND_TONES } from './words.ts';

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
    <Card title="Timeline" lead="Newest first. Halts, acts, notices, tickets and codes come by themselves.">
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
          Show all {newest.length}
        </button>
      )}
      {timelineCut && (all || newest.length <= FEW) && (
        <p className="mt-3 text-sm text-ink-2">
          What happened before is left out. The audit log has all of it.
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
          {momentWords(at, zone)}
          {who === null ? '' : `, by ${who}`}
        </p>
        {because !== '' && <p className="mt-1 text-pretty whitespace-pre-line wrap-anywhere">{because}</p>}
      </div>
    </li>
  );
}

function NoteForm({ incident, onNoted }: { incident: string; onNoted: () => Promise<void> }) {
  const { account } = useSession().session;
  const [text, setText] = useState('');
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend(`tuesday incident note ${incident} "…"`);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || text.trim() === '') return;
    const body = { text: text.trim() };
    if (!(await send(() => call('noteIncident', { params: { incident }, body })))) return;
    setText('');
    setChecked(false);
    await onNoted();
  };
  return (
    <form noValidate className="mt-3 grid gap-3" onSubmit={(event) => void submit(event)}>
      <Area
        label="Note"
        hint="What you see, what you do, whom you called. It stands in the report."
        rows={2}
        maxLength={4_000}
        value={text}
        problem={checked && text.trim() === '' ? 'Write something first.' : undefined}
        onChange={(event) => setText(event.target.value)}
      />
      <Problem failure={failure} />
      <Button
        kind="quiet"
        small
        type="submit"
        className="justify-self-start"
        refusal={refusalFor(account, 'ticket') ?? (busy ? 'Sending …' : undefined)}
      >
        Add the note
      </Button>
    </form>
  );
}
