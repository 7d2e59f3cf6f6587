/** Takes the events of an iCalendar file as overrides. */
import { isRefused, type Override, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { type CalendarEvent, readCalendarFile } from './icalendar.ts';
import { activePeople, type KnownPerson } from './people.ts';
import { lockRoster, writeRoster } from './roster.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation'>;

/** Recurring events are written out so far; import again in time. */
const AHEAD = 183 * 86_400_000;
const MOST = 1_000;

interface Imported {
  readonly imported: number;
  readonly skipped: string[];
}

export async function importRoster(
  { db, clock, organisation }: Parts,
  actor: Actor,
  { ics, because }: { ics: string; because: string },
): Promise<OrRefused<Imported>> {
  const now = clock.now();
  return db.transaction().execute(async (trx) => {
    const before = await lockRoster(trx);
    const file = readCalendarFile(ics, { zone: before.zone, until: now + AHEAD });
    if (isRefused(file)) return file;
    const source = `calendar ${file.name}`.trim().slice(0, 120);
    const people = await activePeople(trx, organisation);
    const { overrides, skipped } = overridesOf(file.events, people, now, source);
    // What the same calendar said before is replaced; what people wrote stays.
    const kept = before.overrides.filter((one) => one.source !== source);
    const all = [...kept, ...overrides];
    if (all.length > MOST) {
      const many = `with this file there would be ${all.length} overrides, and ${MOST} are the most`;
      return { refused: refuse('too-large', many, { field: 'ics' }) };
    }
    const after = { ...before, overrides: all };
    await writeRoster(trx, after);
    await appendAudit(trx, {
      at: now,
      actor,
      verb: 'watch.import',
      object: 'roster',
      because,
      before: { overrides: before.overrides.length },
      after: { source, overrides, skipped },
    });
    return { imported: overrides.length, skipped };
  });
}

function overridesOf(
  events: readonly CalendarEvent[],
  people: readonly KnownPerson[],
  now: number,
  source: string,
): { overrides: Override[]; skipped: string[] } {
  const overrides = new Map<string, Override>();
  const skipped: string[] = [];
  let over = 0;
  for (const event of events) {
    const { from, until, line, summary } = event;
    const skip = (why: string) => skipped.push(`line ${line}, "${summary.slice(0, 80)}": ${why}`);
    if (event.isCancelled) skip('cancelled');
    else if (from >= until) skip('it has no length');
    else if (until <= now) over++;
    else {
      const found = peopleOf(event, people);
      if (typeof found === 'string') skip(found);
      else
        for (const person of found)
          overrides.set(`${person} ${from} ${until}`, { person, from, until, source });
    }
  }
  if (over > 0) skipped.push(`${over} ${over === 1 ? 'event is' : 'events are'} over`);
  return { overrides: [...overrides.values()], skipped: [...new Set(skipped)] };
}

/** Whose event it is: the invited, by their e-mail; else the one whom the summary names. Or why nobody's. */
function peopleOf({ emails, summary }: CalendarEvent, people: readonly KnownPerson[]): string[] | string {
  const invited = people.filter(({ email }) => email !== null && emails.includes(email.toLowerCase()));
  if (invited.length > 0) return invited.map(({ person }) => person);
  const named = people.flatMap(({ person, display, email }) =>
    [person, display, email ?? ''].flatMap((name) =>
      spansOf(summary, name).map((span) => ({ person, ...span })),
    ),
  );
  // "Alice Smith" is not also the other Alice.
  const widest = named.filter(
    (one) =>
      !named.some(
        (other) => other.from <= one.from && one.to <= other.to && other.to - other.from > one.to - one.from,
      ),
  );
  const names = [...new Set(widest.map(({ person }) => person))];
  if (names.length === 1) return names;
  return names.length === 0 ? 'it names nobody of this organisation' : `it names ${names.join(' and ')}`;
}

/** Where a name stands as a word of its own. */
function spansOf(text: string, name: string): Array<{ from: number; to: number }> {
  if (name === '') return [];
  const [words, wanted] = [text.toLowerCase(), name.toLowerCase()];
  const spans: Array<{ from: number; to: number }> = [];
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    const [before, after] = [words.slice(0, at), words.slice(at + wanted.length)];
    if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after))
      spans.push({ from: at, to: at + wanted.length });
  }
  return spans;
}
