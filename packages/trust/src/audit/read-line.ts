/** From the bytes of one line of an export to what it says, or why it says nothing. */
import * as z from 'zod';
import { canonicalJson } from './entry.ts';
import {
  type Checkpoint,
  checkpointSchema,
  type ExportEnd,
  endSchema,
  type ExportHeader,
  headerSchema,
} from './statements.ts';

const sigSchema = z.string().regex(/^[0-9a-f]{128}$/);
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

const entrySchema = z.strictObject({
  seq: z.int(),
  at: z.number(),
  fleet: z.string().optional(),
  actor: z.string(),
  person: z.string().optional(),
  origin: z.string().optional(),
  factor: z.string().optional(),
  verb: z.string(),
  object: z.string(),
  because: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  previous: hashSchema,
});

const KINDS = {
  header: z.strictObject({ header: headerSchema, sig: sigSchema }),
  entry: z.strictObject({ entry: entrySchema, hash: hashSchema }),
  checkpoint: z.strictObject({ checkpoint: checkpointSchema, sig: sigSchema }),
  end: z.strictObject({ end: endSchema, sig: sigSchema }),
} as const;

export interface EntryLine {
  readonly seq: number;
  readonly at: number;
  readonly previous: string;
  readonly hash: string;
  /** What the hash is of. */
  readonly text: string;
}

export type ReadLine =
  | { readonly kind: 'header'; readonly header: ExportHeader; readonly sig: string; readonly text: string }
  | ({ readonly kind: 'entry' } & EntryLine)
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint; readonly sig: string }
  | { readonly kind: 'end'; readonly end: ExportEnd; readonly sig: string }
  | { readonly kind: 'unreadable'; readonly because: string };

// A byte order mark is a change like any other.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function readLine(bytes: Uint8Array): ReadLine {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return no('it is not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return no('it is not JSON');
  }
  if (!isCanonical(value, text)) return no('it is not in canonical form (RFC 8785)');
  return shaped(value, text);
}

function shaped(value: unknown, text: string): ReadLine {
  const entry = KINDS.entry.safeParse(value);
  if (entry.success) {
    const { seq, at, previous } = entry.data.entry;
    const { hash } = entry.data;
    // Canonical, and of these two members only: the entry's own text stands between them.
    const inner = text.slice('{"entry":'.length, -`,"hash":"${hash}"}`.length);
    return { kind: 'entry', seq, at, previous, hash, text: inner };
  }
  const checkpoint = KINDS.checkpoint.safeParse(value);
  if (checkpoint.success) return { kind: 'checkpoint', ...checkpoint.data };
  const header = KINDS.header.safeParse(value);
  if (header.success) return { kind: 'header', ...header.data, text };
  const end = KINDS.end.safeParse(value);
  if (end.success) return { kind: 'end', ...end.data };
  return no('it is no line of an exported log');
}

function isCanonical(value: unknown, text: string): boolean {
  try {
    return typeof value === 'object' && value !== null && canonicalJson(value) === text;
  } catch {
    return false;
  }
}

function no(because: string): ReadLine {
  return { kind: 'unreadable', because };
}
