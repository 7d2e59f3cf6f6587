/** Closes the review of a broken glass: another person than who broke it, with what they found. */
import { type GlassView, type OrRefused, refuse } from '@tuesday/protocol';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../identity/principal.ts';
import { glassView } from './list.ts';

export async function closeReview(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  { actor }: Principal,
  glass: string,
  finding: string,
): Promise<OrRefused<GlassView>> {
  const { person } = actor;
  if (person === null)
    return { refused: refuse('forbidden', `${actor.label} is a token of nobody; a named person reviews`) };
  return db.transaction().execute(async (trx): Promise<OrRefused<GlassView>> => {
    const row = await trx
      .selectFrom('glasses')
      .selectAll()
      .where('glass', '=', glass)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return { refused: refuse('not-found', `there is no broken glass ${glass}`) };
    if (row.person === person)
      return {
        refused: refuse('own-review', `${person} broke this glass; another person closes its review`),
      };
    if (row.closed_at !== null)
      return { refused: refuse('conflict', `${row.closed_by} has closed the review of ${glass} already`) };
    const at = clock.now();
    const closed = { closed_at: at, closed_by: person, finding };
    await trx.updateTable('glasses').set(closed).where('glass', '=', glass).execute();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'glass.review',
      object: `glass ${glass}`,
      because: finding,
      before: { act: row.act, object: row.object, by: row.person, dueAt: row.due_at },
      after: { closedBy: person },
    });
    return glassView({ ...row, ...closed }, at);
  });
}
