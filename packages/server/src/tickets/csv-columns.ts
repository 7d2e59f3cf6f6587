/** Which column of a file holds what: as whoever imports it says, else by the usual names of help desks. */
import { type ImportQuery, type OrRefused, refuse } from '@tuesday/protocol';

export interface Columns {
  readonly ticket: number;
  readonly code: number | undefined;
  readonly device: number | undefined;
  readonly customer: number | undefined;
  readonly at: number | undefined;
  /** In which codes are looked for. */
  readonly text: readonly number[];
}

type Single = 'ticket' | 'code' | 'device' | 'customer' | 'at';

/** In small letters; the first that the header has. */
const USUAL: Readonly<Record<Single, readonly string[]>> = {
  ticket: ['ticket', 'ticket id', 'ticket_id', 'id', 'ticket number'],
  code: ['code', 'error code', 'error_code', 'errorcode'],
  device: ['device', 'device id', 'device_id', 'serial number', 'serial'],
  customer: ['customer', 'customer id', 'requester', 'requester id', 'requester_id', 'contact id'],
  at: ['at', 'created at', 'created_at', 'created time', 'created', 'requested', 'time'],
};
const USUAL_TEXT = ['subject', 'title', 'tags', 'description', 'comment'];

export function columnsOf(header: readonly string[], query: ImportQuery): OrRefused<Columns> {
  const names = header.map((name) => name.trim().toLowerCase());
  const find = (name: string) => names.indexOf(name.trim().toLowerCase());
  const columns: Record<Single, number | undefined> = {} as Record<Single, number | undefined>;
  for (const key of Object.keys(USUAL) as Single[]) {
    const asked = query[key];
    const at = asked === undefined ? USUAL[key].map(find).find((index) => index >= 0) : find(asked);
    if (at === -1) return missing(key, asked ?? '', header);
    columns[key] = at;
  }
  const text: number[] = [];
  for (const name of query.text?.split(',') ?? []) {
    if (find(name) < 0) return missing('text', name.trim(), header);
    text.push(find(name));
  }
  if (query.text === undefined) text.push(...USUAL_TEXT.map(find).filter((index) => index >= 0));
  const { ticket, code } = columns;
  if (ticket === undefined)
    return unnamed('ticket', 'the number of the ticket', `one of ${USUAL.ticket.join(', ')}`, header);
  if (code === undefined && text.length === 0)
    return unnamed('code', 'the error code', `one of ${[...USUAL.code, ...USUAL_TEXT].join(', ')}`, header);
  return { ...columns, ticket, text };
}

function missing(field: string, name: string, header: readonly string[]) {
  return {
    refused: refuse('bad-request', `line 1: there is no column "${name}"; the file has ${shown(header)}`, {
      field,
    }),
  };
}

function unnamed(field: Single, what: string, wanted: string, header: readonly string[]) {
  return {
    refused: refuse('bad-request', `line 1: no column holds ${what}; the file has ${shown(header)}`, {
      field,
      try: `name the column ${wanted}, or say which it is`,
    }),
  };
}

function shown(header: readonly string[]): string {
  return header
    .slice(0, 20)
    .map((name) => `"${name.slice(0, 40)}"`)
    .join(', ');
}
