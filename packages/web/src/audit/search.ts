import { later } from '../calendar/days.ts';

/** What is looked for in the log, as it stands in the address. */
export interface Search {
  actor: string;
  verb: string;
  object: string;
  /** Days of the fleet's zone, "2026-11-24", both of them included; empty: no bound. */
  from: string;
  until: string;
}

const KEYS = ['actor', 'verb', 'object', 'from', 'until'] as const;
export const ANYTHING: Search = { actor: '', verb: '', object: '', from: '', until: '' };

export function searchIn(query: string): Search {
  const given = new URLSearchParams(query);
  const one = (key: (typeof KEYS)[number]) => given.get(key)?.trim() ?? '';
  return {
    actor: one('actor'),
    verb: one('verb'),
    object: one('object'),
    from: dayOr(one('from')),
    until: dayOr(one('until')),
  };
}

export function queryOf(search: Search): string {
  const query = new URLSearchParams();
  for (const key of KEYS) if (search[key].trim() !== '') query.set(key, search[key].trim());
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** The same in a terminal; days are the zone's there, too. */
export function commandOf({ actor, verb, object, from, until }: Search, zone: string): string {
  const flag = (name: string, value: string) => (value === '' ? '' : ` --${name} ${quoted(value)}`);
  const since = from === '' ? '' : instantText(startOfDay(from, zone));
  const before = until === '' ? '' : instantText(startOfDay(later(until, 1), zone));
  const who = flag('actor', actor) + flag('verb', verb) + flag('object', object);
  return `tuesday audit list${who}${flag('since', since)}${flag('until', before)}`;
}

function instantText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 16)}Z`;
}

function dayOr(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '';
}

function quoted(text: string): string {
  return /^[\w.:@-]+$/.test(text) ? text : JSON.stringify(text);
}

/** First instant of a day on the zone's wall, by the zone's own offset around then. */
export function startOfDay(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const guess = utc - offsetAt(utc, zone);
  // Once more with the offset there: around a change of the clocks the first one is of the other side.
  return utc - offsetAt(guess, zone);
}

function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(instant / 1_000) * 1_000;
}
