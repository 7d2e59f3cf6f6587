/** An answer to a check-in, as far as a device needs to understand it. */
import { type CheckInAnswer, checkInAnswerSchema, type Offer } from '@tuesday/protocol';
import * as z from 'zod';

/** When to come again counts, whatever is offered. */
const headSchema = checkInAnswerSchema.extend({ offer: z.unknown() });
const kindSchema = z.looseObject({ kind: z.string() });

const KNOWN: ReadonlySet<string> = new Set(['none', 'update', 'recall'] satisfies Array<Offer['kind']>);

/**
 * An offer of a kind that this version does not know is none. One that does not parse goes to the core as
 * it is, which refuses it by name: a broken offer must not make the server unreachable.
 *
 * @returns undefined when it is no answer at all
 */
export function readCheckInAnswer(body: unknown): CheckInAnswer | undefined {
  const head = headSchema.safeParse(body);
  if (!head.success || head.data.offer === undefined) return undefined;
  const kind = kindSchema.safeParse(head.data.offer).data?.kind;
  if (kind === undefined || KNOWN.has(kind)) return head.data as CheckInAnswer;
  return {
    ...head.data,
    offer: { kind: 'none', because: `This agent knows no offer "${kind.slice(0, 40)}".` },
  };
}
