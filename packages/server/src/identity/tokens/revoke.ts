/** Ends an API token: one's own, or as an admin any of the fleet. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import { appendAudit } from '../../audit/append.ts';
import type { Context } from '../../context.ts';
import type { Principal } from '../principal.ts';
import { revoking } from '../sessions.ts';

export async function revokeToken(
  { db, clock, fleet }: Pick<Context, 'db' | 'clock' | 'fleet'>,
  principal: Principal,
  token: string,
): Promise<OrRefused<{ ok: true }>> {
  const { actor, organisation } = principal;
  return revoking(db, async (trx) => {
    const row = await trx
      .selectFrom('installation.tokens')
      .select(['token', 'label', 'person', 'fleet'])
      .where('token', '=', token)
      .where('organisation', '=', organisation)
      .where('revoked_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    const isOwn =
      row && (row.token === principal.token || (actor.person !== null && row.person === actor.person));
    const isAdmins = row?.fleet === fleet && principal.roles.includes('admin');
    if (!row || !(isOwn || isAdmins))
      return { refused: refuse('not-found', `there is no token ${token} that ${actor.label} may end`) };
    const now = clock.now();
    await trx
      .updateTable('installation.tokens')
      .set({ revoked_at: now })
      .where('token', '=', token)
      .execute();
    await appendAudit(trx, {
      at: now,
      actor,
      verb: 'token.revoke',
      object: `token ${token}`,
      because: `${actor.label} ended "${row.label}"`,
      place: { organisation, fleet: row.fleet },
    });
    return { ok: true };
  });
}
