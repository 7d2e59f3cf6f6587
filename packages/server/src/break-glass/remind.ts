/** Writes the end of glasses whose time is over, and reminds everybody, once a day, of reviews that are overdue. */
import type { Instant } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { JUDGE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Database } from '../db/schema.ts';
import { putNotice } from '../notices/put.ts';

const DAY = 86_400_000;

/**
 * Of many servers one reminds: the row that it writes is the fact that it was done.
 *
 * @param db the transaction
 */
export async function settleGlasses(db: Kysely<Database>, now: Instant): Promise<void> {
  await db
    .updateTable('glasses')
    .set({ expired_at: now })
    .where('used_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute();
  const overdue = await db
    .updateTable('glasses')
    .set({ reminded_at: now })
    .where('closed_at', 'is', null)
    .where('due_at', '<=', now)
    .where((is) => is.or([is('reminded_at', 'is', null), is('reminded_at', '<=', now - DAY)]))
    .returning(['glass', 'act', 'object', 'person', 'because', 'due_at'])
    .execute();
  for (const { glass, act, object, person, because, due_at } of overdue) {
    await putNotice(db, now, {
      kind: 'review-overdue',
      title: `The review of a broken glass is overdue: ${act} ${object} by ${person}`,
      lines: [`Because: ${because}`, 'Another approver closes it, with a finding.'],
      path: `/break-glass/${glass}`,
      about: `glass ${glass}`,
    });
    await appendAudit(db, {
      at: now,
      actor: JUDGE,
      verb: 'glass.remind',
      object: `glass ${glass}`,
      because: 'its review is overdue',
      before: { dueAt: due_at },
    });
  }
}
