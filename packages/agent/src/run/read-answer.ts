/** An answer to a check-in, as far as a device needs to understand it. */
import { type CheckInAnswer, checkInAnswerSchema, type Offer } from '@tuesday/protocol';
import * as z from 'zod';

/** When to come again counts, whatever is offered. */
const headSchema = checkInAnswerSchema.extend({ offer: z.looseObject({ kind: z.string() }) });

const KNOWN: ReadonlySet<string> = new Set(['none', 'update', 'recall'] satisfies Array<Offer['kind']>);

/**
 * An offer of a kind that this version does not know is none. One of a known kind that does not parse goes to the core
 * as it is, which refuses it by name.
 *
 * @returns undefined when it is no answer at all
 */
export function readCheckInAnswer(body: unknown): CheckInAnswer | undefined {
  const head = headSchema.safeParse(body);
  if (!head.success) return undefined;
  const { kind } = head.data.offer;
  if (KNOWN.has(kind)) return head.data as CheckInAnswer;
  return {
    ...head.data,
    offer: { kind: 'none', because: `This agent knows no offer "${kind.slice(0, 40)}".` },
  };
}
