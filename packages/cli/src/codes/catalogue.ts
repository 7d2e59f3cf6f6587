/** The catalogue on the server, as people read it. */
import type { CodeListView, CodeView } from '@tuesday/protocol';
import { table, time } from '../output.ts';

const WORDS = { documented: 'documented', written: 'written down', stub: 'UNKNOWN' } as const;
const health = (fails: boolean | null) => (fails === null ? 'not known' : fails ? 'yes' : 'no');

export function describeList({ codes, stubs, next }: CodeListView): string {
  const rows = codes.map((one) => [
    one.code,
    WORDS[one.state],
    one.severity ?? '–',
    health(one.failsHealth),
    one.release ?? '–',
    String(one.devices),
    one.title ?? '–',
  ]);
  const none = 'No code fits. A release brings its codes with it: tuesday release create --codes codes.yaml';
  if (rows.length === 0) return none;
  return [
    table([['code', 'state', 'severity', 'fails health', 'newest release', 'devices', 'title'], ...rows]),
    ...(stubs > 0 ? ['', `${stubs} seen, and documented by nobody: tuesday codes list --state stub`] : []),
    ...(next === null ? [] : ['', `more: --after ${next}`]),
  ].join('\n');
}

export function describeCode(view: CodeView): string {
  const { code, state, now, stub, tickets, owner } = view;
  const rows = [
    ['code', code],
    ['state', WORDS[state]],
    ['title', now?.title ?? '–'],
    ['meaning', now?.meaning ?? '–'],
    ['customer', now?.customer || '–'],
    ['severity', now?.severity ?? '–'],
    ['fails health', health(now?.failsHealth ?? null)],
    ['since', now?.since ?? '–'],
    ['languages', ['en', ...Object.keys(now?.texts ?? {})].join(' ')],
    ['tickets', `${tickets.lastDay} in 24 h, ${tickets.dayBefore} in the 24 h before`],
    ...(stub ? stubRows(stub) : []),
    ...(state === 'stub' ? [['owner', owner ?? 'nobody']] : []),
  ];
  const said = view.releases.map((one) => [
    one.release,
    time(one.publishedAt),
    one.severity,
    health(one.failsHealth),
    one.title,
  ]);
  const releases =
    said.length === 0
      ? []
      : ['', table([['release', 'published', 'severity', 'fails health', 'title'], ...said])];
  return [table(rows), ...releases].join('\n');
}

function stubRows(stub: NonNullable<CodeView['stub']>): string[][] {
  const environment = Object.entries(stub.firstEnvironment ?? {}).map(([name, value]) => `${name} ${value}`);
  return [
    ['seen first', `${time(stub.openedAt)} by ${stub.seenBy} ${stub.firstDevice ?? ''}`.trim()],
    ['running', [stub.firstRelease ?? '–', ...environment].join(', ')],
    ['devices', String(stub.devices)],
    ['people called', time(stub.pagedAt)],
    ...(stub.writtenBy === null ? [] : [['written by', `${stub.writtenBy}, ${time(stub.writtenAt)}`]]),
    ...(stub.closedBy === null ? [] : [['closed by', `release ${stub.closedBy}, ${time(stub.closedAt)}`]]),
  ];
}
