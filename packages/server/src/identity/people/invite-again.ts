/** A new link for a person who has lost every way in. What they had lets nobody in any more. */
import { type FactorProof, isRefused, type OrRefused, purposes, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { auditAccount } from '../account/audit.ts';
import { makeInvitation } from '../join/invitation.ts';
import type { Principal } from '../principal.ts';
import { endSessions, revoking } from '../sessions.ts';
import { notOneself, type Parts, proveAdmin, targetOf } from './act.ts';
import type { InvitedPerson } from './invite.ts';
import { revokeTokensOf } from './revoke-tokens.ts';
import { viewPerson } from './view.ts';

export async function inviteAgain(
  parts: Parts,
  principal: Principal,
  person: string,
  { because, factor }: { because: string; factor?: FactorProof | undefined },
): Promise<OrRefused<InvitedPerson>> {
  return revoking(parts.db, async (trx) => {
    const proved = await proveAdmin(trx, parts, principal, factor, purposes.inviteAgain(person));
    if (isRefused(proved)) return proved;
    const other = notOneself(principal, person);
    if (isRefused(other)) return other;
    const target = await targetOf(trx, principal, person);
    if (isRefused(target)) return target;
    if (target.state === 'disabled') {
      const why = `${person} is disabled`;
      return { refused: refuse('conflict', why, { try: `tuesday people enable ${person}` }) };
    }
    const before = await viewPerson(trx, principal.organisation, person);
    await loseEverything(trx, parts.clock.now(), person);
    const invitation = await makeInvitation(trx, parts.clock, person);
    const view = await viewPerson(trx, principal.organisation, person);
    await auditAccount(trx, parts, principal, {
      verb: 'person.invite-again',
      object: `person ${person}`,
      because,
      ...proved,
      before: { state: before.state, factors: before.factors },
      after: { state: view.state, factors: view.factors },
    });
    return { person: view, ...invitation };
  });
}

async function loseEverything(db: Kysely<Database>, now: number, person: string): Promise<void> {
  await endSessions(db, now, { person });
  await revokeTokensOf(db, now, person);
  for (const table of ['installation.passkeys', 'installation.recovery_codes'] as const)
    await db.deleteFrom(table).where('person', '=', person).execute();
  await db.deleteFrom('installation.ceremonies').where('person', '=', person).execute();
  await db
    .updateTable('installation.people')
    .set({ state: 'invited', password: null, totp: null, totp_step: 0, oidc_subject: null })
    .where('person', '=', person)
    .execute();
}
