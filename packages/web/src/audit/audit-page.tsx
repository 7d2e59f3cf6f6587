import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AuditEntryView } from '@tuesday/protocol';
import { useState, useSyncExternalStore } from 'react';
import { call } from '../api.ts';
import { go } from '../route.ts';
import { useSession } from '../session/context.ts';
import { fleetAt } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Empty } from '../ui/empty.tsx';
import { Problem } from '../ui/problem.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { later } from '../calendar/days.ts';
import { Entry } from './entry.tsx';
import { type AskStretch, type Newest, newestBefore } from './newest.ts';
import { ANYTHING, commandOf, queryOf, type Search, searchIn, startOfDay } from './search.ts';
import { SearchForm } from './search-form.tsx';

export default function AuditPage() {
  const query = useSyncExternalStore(listen, () => location.search);
  return (
    <Screen
      title={t`Audit`}
      lead={t`Everything that anyone or anything decided, chained so that no entry can be changed, dropped or moved without showing.`}
    >
      <Found key={query} search={searchIn(query)} />
    </Screen>
  );
}

function listen(changed: () => void): () => void {
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
}

function Found({ search }: { search: Search }) {
  const { anchor, zone } = useSession().session;
  const ask: AskStretch = (stretch) => call('listAudit', { query: within(search, stretch, zone) });
  const end = search.until === '' ? undefined : startOfDay(later(search.until, 1), zone);
  const read = (until?: number) => newestBefore(ask, fleetAt(anchor, Date.now()), until);
  const asked = useAsked(`audit ${queryOf(search)}`, () => read(end), 10_000, 'any');
  const [older, setOlder] = useState<Newest>();
  const { busy, failure, send } = useSend(commandOf(search, zone));
  const next = (older ?? asked.data)?.older ?? null;
  const more = () =>
    send(async () => {
      if (next === null) return;
      const page = await read(next);
      setOlder((before) => ({ ...page, entries: [...(before?.entries ?? []), ...page.entries] }));
    });
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[18rem_1fr] lg:grid-rows-[auto_1fr]">
      <SearchForm search={search} onSearch={(wanted) => go(`/audit${queryOf(wanted)}`)} />
      <Card
        title={t`Entries`}
        className="lg:col-start-2 lg:row-span-2 lg:row-start-1"
        aside={
          <span className="text-sm text-ink-2">
            <Trans>newest first</Trans>
          </span>
        }
      >
        <div className="mt-2 grid gap-3">
          <Answered asked={asked} what={t`the log`} command={commandOf(search, zone)}>
            {({ entries }) => <List entries={merged(entries, older?.entries ?? [])} search={search} />}
          </Answered>
          <Problem failure={failure} />
          {asked.data && (
            <Button
              kind="quiet"
              small
              refusal={busy ? t`Reading …` : next === null ? t`That is the beginning of the log.` : undefined}
              onClick={() => void more()}
            >
              <Trans>Show older ones</Trans>
            </Button>
          )}
        </div>
      </Card>
      <Verify search={search} />
    </div>
  );
}

/** The first page is asked again and grows at its top; what was read below stays. */
function merged(
  first: readonly AuditEntryView[],
  rest: readonly AuditEntryView[],
): readonly AuditEntryView[] {
  const known = new Set(first.map(({ seq }) => seq));
  return [...first, ...rest.filter(({ seq }) => !known.has(seq))];
}

function within({ actor, verb, object, from }: Search, stretch: Parameters<AskStretch>[0], zone: string) {
  const floor = from === '' ? 0 : startOfDay(from, zone);
  const start = Math.max(floor, stretch.from ?? 0);
  const words = { ...(actor === '' ? {} : { actor }), ...(verb === '' ? {} : { verb }) };
  const bounds = { ...(start > 0 ? { from: start } : {}), ...(object === '' ? {} : { object }) };
  return { ...stretch, ...words, ...bounds };
}

function List({ entries, search }: { entries: readonly AuditEntryView[]; search: Search }) {
  if (entries.length === 0)
    return queryOf(search) === '' ? (
      <Empty command="tuesday audit list">
        <Trans>Nothing has been decided yet. The same in a terminal:</Trans>
      </Empty>
    ) : (
      <div className="grid gap-3">
        <p className="text-sm text-ink-2">
          <Trans>No entry fits the search.</Trans>
        </p>
        <Button
          kind="quiet"
          small
          className="justify-self-start"
          onClick={() => go(`/audit${queryOf(ANYTHING)}`)}
        >
          <Trans>Show everything</Trans>
        </Button>
      </div>
    );
  return (
    <ol className="rows">
      {entries.map((one) => (
        <Entry key={one.seq} one={one} />
      ))}
    </ol>
  );
}

function Verify({ search }: { search: Search }) {
  const { zone } = useSession().session;
  return (
    <Card
      title={t`Prove it`}
      lead={t`Takes the log along with its signed checkpoints, and checks the chain without the server. It names the first entry that does not fit.`}
    >
      <div className="mt-3 grid gap-2">
        <CommandLine command="tuesday audit export --out audit.jsonl" />
        <CommandLine command="tuesday audit verify audit.jsonl" />
      </div>
      <p className="mt-4 mb-2 text-sm text-ink-2">
        <Trans>This search in a terminal:</Trans>
      </p>
      <CommandLine command={commandOf(search, zone)} />
    </Card>
  );
}
