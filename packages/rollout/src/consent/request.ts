/** A request for consent at an instant: pure, so that every server and every screen says the same. */
import type { Instant, RequestState } from '@tuesday/protocol';
import { when } from '../calendar/index.ts';

export interface Consent {
  readonly by: string;
  /** The approver who had delegated. */
  readonly onBehalfOf: string | null;
  readonly at: Instant;
  readonly withdrawnAt: Instant | null;
  /** The account has been disabled since: it no longer counts. */
  readonly gone?: boolean;
}

export interface Request {
  readonly needed: number;
  /** Who may consent; empty: every approver. */
  readonly named: readonly string[];
  readonly expiresAt: Instant;
  /** When a server saw that it had expired; a clock that goes back changes nothing about it. */
  readonly expiredAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  readonly voidedAt: Instant | null;
  readonly usedAt: Instant | null;
  readonly consents: readonly Consent[];
}

/** At `expiresAt` a request has expired. */
export function stateOf(request: Request, now: Instant): RequestState {
  if (request.usedAt !== null) return 'used';
  if (request.voidedAt !== null) return 'void';
  if (request.withdrawnAt !== null) return 'withdrawn';
  if (request.expiredAt !== null || now >= request.expiresAt) return 'expired';
  return countOf(request) >= request.needed ? 'approved' : 'open';
}

/** Different people: whoever consents for another one takes both names. */
export function countOf({ consents }: Pick<Request, 'consents'>): number {
  const taken = new Set<string>();
  let count = 0;
  for (const consent of standing(consents)) {
    const names = namesOf(consent);
    if (names.some((name) => taken.has(name))) continue;
    for (const name of names) taken.add(name);
    count++;
  }
  return count;
}

export function standing(consents: readonly Consent[]): Consent[] {
  return consents.filter(({ withdrawnAt, gone }) => withdrawnAt === null && gone !== true);
}

export function namesOf({ by, onBehalfOf }: Pick<Consent, 'by' | 'onBehalfOf'>): string[] {
  return onBehalfOf === null ? [by] : [by, onBehalfOf];
}

/**
 * "1 of 2 consents: bob for carol at Tue 24 Nov 09:00; waits for 1 more of any approver.", for screens and the
 * audit log.
 *
 * @param zone IANA zone of the fleet
 */
export function requestWords(request: Request, state: RequestState, zone: string): string {
  const who = standing(request.consents)
    .map(({ by, onBehalfOf, at }) => `${namesOf({ by, onBehalfOf }).join(' for ')} at ${when(at, zone)}`)
    .join(', ');
  const have = countOf(request);
  const count = `${have} of ${request.needed} consents${who === '' ? '' : `: ${who}`}`;
  const whom = request.named.length === 0 ? 'any approver' : request.named.join(' or ');
  switch (state) {
    case 'open':
      return `${count}; waits for ${request.needed - have} more of ${whom}.`;
    case 'approved':
      return `${count}.`;
    case 'used':
      return `${count}; used.`;
    case 'withdrawn':
      return 'The request was withdrawn.';
    case 'void':
      return 'The request is void, because something that it covered has changed.';
    case 'expired':
      return `${count}; it came to nothing within its time.`;
    default:
      return state satisfies never;
  }
}
