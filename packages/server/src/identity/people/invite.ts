/** Invites a person: an account with roles, and a link to set it up. */
import {
  type FactorProof,
  type Grants,
  isRefused,
  type OrRefused,
  type PersonView,
  purposes,
  refuse,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { auditAccount } from '../account/audit.ts';
import { type Invitation, makeInvitation } from '../join/invitation.ts';
import type { Principal } from '../principal.ts';
import { type Parts, proveAdmin } from './act.ts';
import { maintains, writeGrants } from './grants.ts';
import { viewPerson } from './view.ts';

export interface NewPerson {
  readonly name: string;
  readonly display: string;
  readonly email?: string | undefined;
}

export type InvitedPerson = Invitation & { person: PersonView };

export async function invitePerson(
  parts: Parts,
  principal: Principal,
  { roles, factor, ...asked }: NewPerson & { roles: Grants; factor?: FactorProof | undefined },
): Promise<OrRefused<InvitedPerson>> {
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveAdmin(trx, parts, principal, factor, purposes.invitePerson(asked.name));
    if (isRefused(proved)) return proved;
    const mine = await maintains(trx, principal, Object.keys(roles));
    if (isRefused(mine)) return mine;
    const invited = await addInvited(trx, parts, principal.organisation, asked, roles);
    if (isRefused(invited)) return invited;
    await auditAccount(trx, parts, principal, {
      verb: 'person.invite',
      object: `person ${asked.name}`,
      because: `${asked.display} was invited`,
      ...proved,
      after: { display: asked.display, email: asked.email ?? null, roles },
    });
    return invited;
  });
}

/**
 * The account and its link, without a word in the audit log.
 *
 * @param db the transaction
 * @returns `name-taken`: a name is one in the whole installation
 */
export async function addInvited(
  db: Kysely<Database>,
  { clock }: Pick<Parts, 'clock'>,
  organisation: string,
  { name, display, email }: NewPerson,
  roles: Grants,
): Promise<OrRefused<InvitedPerson>> {
  const added = await db
    .insertInto('installation.people')
    .values({
      person: name,
      organisation,
      display,
      email: email ?? null,
      password: null,
      totp: null,
      oidc_subject: null,
      created_at: clock.now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('person')
    .executeTakeFirst();
  if (!added) return { refused: refuse('name-taken', `the name ${name} is in use`, { field: 'name' }) };
  await writeGrants(db, name, roles);
  const invitation = await makeInvitation(db, clock, name);
  return { person: await viewPerson(db, organisation, name), ...invitation };
}
