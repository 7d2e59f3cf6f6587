/** Refusal → HTTP status, in this one place. */
import type { Refusal, RefusalCode } from '@tuesday/protocol';

/** Codes that are not listed are 409: understood, allowed, and not possible as things stand. */
const STATUS: Partial<Record<RefusalCode, number>> = {
  'bad-request': 400,
  'plan-invalid': 400,
  'filter-invalid': 400,
  'reason-missing': 400,
  unauthenticated: 401,
  'sign-in-failed': 401,
  'too-many-attempts': 429,
  forbidden: 403,
  'not-found': 404,
  'too-large': 413,
  busy: 503,
  'bad-signature': 422,
  'unknown-key': 422,
  'wrong-digest': 422,
  'digest-mismatch': 422,
  'size-mismatch': 422,
};

export function statusOf(refusal: Refusal): number {
  return STATUS[refusal.code] ?? 409;
}

export function refusedBody(refusal: Refusal): string {
  return JSON.stringify({ refused: refusal });
}
