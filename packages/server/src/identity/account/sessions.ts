/** Where one is signed in, and ending one of them. A token sees the sessions that it was exchanged for. */
import { type OrRefused, refuse, type SessionListView } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import type { Principal } from '../principal.ts';
import { endSessions, idleSince, revoking } from '../sessions.ts';
import { auditAccount } from './audit.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

export async function listSessions({ db, clock }: Parts, principal: Principal): Promise<SessionListView> {
  const rows = await own(db, principal)
    .selectAll()
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', clock.now())
    .where('last_seen_at', '>', idleSince(clock))
    .orderBy('created_at', 'desc')
    .execute();
  const sessions = rows.map((row) => ({
    session: row.session,
    current: row.session === principal.session,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    origin: row.origin,
    agent: row.agent,
    factor: row.factor,
  }));
  return { sessions };
}

export async function revokeSession(
  parts: Parts,
  principal: Principal,
  session: string,
): Promise<OrRefused<{ ok: true }>> {
  return revoking(parts.db, async (trx) => {
    const row = await own(trx, principal)
      .select(['session', 'origin', 'agent'])
      .where('session', '=', session)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row)
      return { refused: refuse('not-found', `there is no session ${session} of ${principal.actor.label}`) };
    await endSessions(trx, parts.clock.now(), { session });
    await auditAccount(trx, parts, principal, {
      verb: 'session.revoke',
      object: `session ${session}`,
      because: `${principal.actor.label} ended it`,
      factor: null,
      before: row,
    });
    return { ok: true };
  });
}

function own(db: Parts['db'], { actor, token }: Principal) {
  const all = db.selectFrom('installation.sessions');
  return token === null ? all.where('person', '=', actor.person ?? '') : all.where('token', '=', token);
}
