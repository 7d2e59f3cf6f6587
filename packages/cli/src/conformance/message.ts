/** What the client under test said, as it is remembered. */
import {
  type CheckIn,
  checkInSchema,
  enrolRequestSchema,
  type Instant,
  type Outcome,
  outcomeSchema,
  progressSchema,
} from '@tuesday/protocol';

export type Verb = 'enrol' | 'check-in' | 'progress' | 'outcomes' | 'metadata' | 'artifact';

export interface Message {
  readonly at: Instant;
  readonly verb: Verb;
  readonly via: 'http' | 'mqtt';
  /** Which start of the client it came from, from 1. */
  readonly start: number;
  /** File below `metadata/` or `targets/`. */
  readonly path: string;
  /** The body as it came. */
  readonly text: string;
  /** The body as an object, when it holds against its schema. */
  readonly body?: unknown;
  /** What is wrong with the body. */
  readonly problem?: string;
  readonly range?: string | undefined;
  /** Status of the answer; 0 while there is none, or when the connection was cut. */
  status: number;
  /** Bytes of the answer that the client's connection took. */
  sent: number;
  /** When the connection of the answer was closed. */
  closedAt?: Instant;
}

const SCHEMAS = {
  enrol: enrolRequestSchema,
  'check-in': checkInSchema,
  progress: progressSchema,
  outcomes: outcomeSchema,
} as const;

/** The body against the schema of its verb. */
export function readBody(verb: Verb, text: string): { body?: unknown; problem?: string } {
  if (verb === 'metadata' || verb === 'artifact') return {};
  try {
    const parsed = SCHEMAS[verb].safeParse(JSON.parse(text));
    if (parsed.success) return { body: parsed.data };
    const issue = parsed.error.issues[0];
    return { problem: `${verb}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}` };
  } catch {
    return { problem: `${verb}: not JSON` };
  }
}

export const checkInOf = (message: Message): CheckIn | undefined =>
  message.verb === 'check-in' ? (message.body as CheckIn | undefined) : undefined;

export const outcomeOf = (message: Message): Outcome | undefined =>
  message.verb === 'outcomes' ? (message.body as Outcome | undefined) : undefined;
