/**
 * The timeline of an incident: nothing is copied, everything is read from where it is kept. Only notes are the
 * incident's own.
 */
import type { Instant, RolloutEvent, TimelineEntryView } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { belongs } from './belonging-tickets.ts';
import { glassesIn, type Scope } from './scope.ts';
import { readActs } from './timeline-acts.ts';

const SHOWN = 500;

export async function readTimeline(
  db: Kysely<Database>,
  scope: Scope,
  codes: readonly string[],
): Promise<{ timeline: TimelineEntryView[]; timelineCut: boolean }> {
  const sources = [
    await readEvents(db, scope),
    await readActs(db, scope),
    await readNotices(db, scope),
    await readTickets(db, scope, codes),
    await readCodes(db, scope, codes),
    await readGlasses(db, scope),
    await readNotes(db, scope),
  ];
  const all = sources.flat().sort((a, b) => a.at - b.at);
  return { timeline: all.slice(-SHOWN), timelineCut: all.length > SHOWN };
}

async function readEvents(db: Kysely<Database>, { rollout }: Scope): Promise<TimelineEntryView[]> {
  if (!rollout) return [];
  const rows = await db
    .selectFrom('rollout_events')
    .select(['at', 'actor', 'event', 'because'])
    .where('rollout', '=', rollout.rollout)
    .orderBy('seq', 'desc')
    .limit(SHOWN)
    .execute();
  return rows.reverse().map(({ at, actor, event, because }) => ({
    at,
    kind: 'rollout',
    who: actor,
    what: eventWords(event),
    because,
    path: rolloutPath(rollout.rollout),
  }));
}

const rolloutPath = (rollout: string) => `/rollouts/${encodeURIComponent(rollout)}`;

function eventWords(event: RolloutEvent): string {
  switch (event.kind) {
    case 'stage-opened':
      return `Stage ${event.stage + 1} opened`;
    case 'stage-passed':
      return `Stage ${event.stage + 1} passed its gate`;
    case 'slice-excluded':
      return `${event.attribute} = ${event.value} was excluded`;
    case 'hold-out-opened':
      return 'The hold-out opened';
    case 'started':
    case 'paused':
    case 'resumed':
    case 'halted':
    case 'completed':
    case 'cancelled':
      return `The rollout ${event.kind === 'started' || event.kind === 'resumed' ? event.kind : `was ${event.kind}`}`;
    case 'recall-started':
      return 'The recall began';
    case 'recall-finished':
      return 'The recall is finished';
    default:
      return event satisfies never;
  }
}

/** What people were told, once for all channels. */
async function readNotices(
  db: Kysely<Database>,
  { rollout, since, until }: Scope,
): Promise<TimelineEntryView[]> {
  if (!rollout) return [];
  const { rows } = await sql<{
    at: Instant;
    title: string;
    channels: number;
    delivered: number;
    path: string;
  }>`
    SELECT at, effect -> 'notice' ->> 'title' AS title, min(effect -> 'notice' ->> 'path') AS path,
      count(*)::int AS channels, count(*) FILTER (WHERE done_at IS NOT NULL AND failure IS NULL)::int AS delivered
    FROM outbox WHERE channel IS NOT NULL AND at >= ${since} AND at <= ${until}
      AND effect -> 'notice' ->> 'about' = ${`rollout ${rollout.rollout}`}
    GROUP BY 1, 2 ORDER BY 1 DESC LIMIT ${sql.lit(SHOWN)}`.execute(db);
  return rows.map(({ at, title, channels, delivered, path }) => ({
    at,
    kind: 'notice',
    who: null,
    what: `People were told: ${title}`,
    because: `${delivered} of ${channels} notice ${channels === 1 ? 'channel' : 'channels'} took it.`,
    path,
  }));
}

/** The first ticket, and each that makes ten times as many. */
async function readTickets(
  db: Kysely<Database>,
  scope: Scope,
  codes: readonly string[],
): Promise<TimelineEntryView[]> {
  const { rows } = await sql<{ at: Instant; nth: number; ticket: string; code: string | null }>`
    SELECT at, nth::int, ticket, code FROM (
      SELECT t.at, t.ticket, t.code, row_number() OVER (ORDER BY t.at, t.ticket) AS nth
      FROM tickets t WHERE ${belongs(scope, codes)}) AS n
    WHERE nth IN (1, 10, 100, 1000, 10000, 100000)`.execute(db);
  return rows.map(({ at, nth, ticket, code }) => ({
    at,
    kind: 'ticket',
    who: null,
    what: nth === 1 ? 'The first ticket' : `The ${nth.toLocaleString('en-GB')}th ticket`,
    because: `Ticket ${ticket}${code === null ? '' : ` names ${code}`}.`,
    path: code === null ? null : codePath(code),
  }));
}

const codePath = (code: string) => `/codes/${encodeURIComponent(code)}`;

/** Codes of its devices that no release documented. */
async function readCodes(
  db: Kysely<Database>,
  { since, until }: Scope,
  codes: readonly string[],
): Promise<TimelineEntryView[]> {
  if (codes.length === 0) return [];
  const stubs = await db
    .selectFrom('code_stubs')
    .select(['code', 'opened_at', 'paged_at', 'written_at', 'written_by', 'devices'])
    .where('code', 'in', codes)
    .execute();
  const entries = stubs.flatMap(({ code, opened_at, paged_at, written_at, written_by, devices }) => [
    entry(opened_at, null, `${code} was seen, and no release documents it`, '', code),
    entry(paged_at, null, `People were called: ${code} spreads`, `Seen on ${devices} devices.`, code),
    entry(written_at, written_by, `${code} was written down`, '', code),
  ]);
  return entries.flat().filter(({ at }) => at >= since && at <= until);
}

function entry(
  at: Instant | null,
  who: string | null,
  what: string,
  because: string,
  code: string,
): TimelineEntryView[] {
  return at === null ? [] : [{ at, kind: 'code', who, what, because, path: codePath(code) }];
}

async function readGlasses(db: Kysely<Database>, scope: Scope): Promise<TimelineEntryView[]> {
  const rows = await glassesIn(db, scope);
  const path = '/break-glass';
  return rows.flatMap(({ at, person, act, because, closed_at, closed_by, finding }) => [
    { at, kind: 'glass' as const, who: person, what: `The glass was broken: ${act}`, because, path },
    ...(closed_at === null
      ? []
      : [
          {
            at: closed_at,
            kind: 'glass' as const,
            who: closed_by,
            what: 'The broken glass was reviewed',
            because: finding ?? '',
            path,
          },
        ]),
  ]);
}

async function readNotes(db: Kysely<Database>, { row }: Scope): Promise<TimelineEntryView[]> {
  const rows = await db
    .selectFrom('incident_notes')
    .select(['at', 'by_whom', 'text'])
    .where('incident', '=', row.incident)
    .orderBy('note')
    .execute();
  return rows.map(({ at, by_whom, text }) => ({
    at,
    kind: 'note',
    who: by_whom,
    what: 'Note',
    because: text,
    path: null,
  }));
}
