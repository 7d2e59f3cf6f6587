/** What people are told about, put into the outbox by the transaction that it happens in. */
import type { Instant, NoticeKind } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

export interface Notice {
  readonly kind: NoticeKind;
  /** One line: what happened. */
  readonly title: string;
  /** The sentences that belong to it, in plain words. */
  readonly lines: readonly string[];
  /** Page of the console, `/rollouts/r-1`. */
  readonly path: string;
  /** For services that gather what belongs together, `rollout r-1`. */
  readonly about: string;
}

/**
 * One message for each channel that wants the kind, so that one that fails is tried again without the others.
 *
 * @param db the transaction
 */
export async function putNotice(_db: Kysely<Database>, _at: Instant, _notice: Notice): Promise<void> {
  // The channels come with the notifications.
}
