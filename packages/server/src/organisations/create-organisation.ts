/** A new organisation: its first fleet, and the invitation of the person who looks after both. */
import { randomBytes } from 'node:crypto';
import {
  type InvitedView,
  isRefused,
  type OrganisationRequest,
  type OrRefused,
  type PersonView,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../db/transact.ts';
import type { Database } from '../db/schema.ts';
import { hashToken } from '../devices/tokens.ts';
import { makeFleet, nameTaken } from '../fleets/make-fleet.ts';

/** Real hours that the link is good for. */
const INVITED_HOURS = 72;

/**
 * The admin has this role only, and gives the others, to others or to themselves: both chains of the audit log say
 * so. The link is shown once.
 *
 * @returns `name-taken` with the field, and nothing is made then
 */
export async function createOrganisation(
  { db, clock, organisation: home }: Pick<Context, 'db' | 'clock' | 'organisation'>,
  actor: Actor,
  request: OrganisationRequest,
): Promise<OrRefused<InvitedView>> {
  const { organisation, name, fleet, admin } = request;
  const at = clock.now();
  return inTransaction(db, async (trx): Promise<OrRefused<InvitedView>> => {
    const made = await insertOrganisation(trx, { organisation, name, created_at: at });
    if (!made) return { refused: nameTaken('organisation', organisation) };
    const fleetMade = await makeFleet(trx, { fleet, organisation, name, at });
    if (isRefused(fleetMade)) return fleetMade;
    const person = await insertAdmin(trx, request, at);
    if (!person) return { refused: nameTaken('admin.name', admin.name) };
    const invited = await invite(trx, person, at, at + INVITED_HOURS * 3_600_000 * clock.rate);
    const entry = { at, actor, object: `organisation ${organisation}`, because: `${name} is made` };
    const after = { organisation, name, fleet };
    // In this order always, so that two who do this at once never wait in a circle.
    await appendAudit(trx, {
      ...entry,
      verb: 'organisation.create',
      after,
      place: { organisation: home, fleet: null },
    });
    await appendAudit(trx, {
      ...entry,
      verb: 'organisation.create',
      after: { ...after, admin: admin.name, roles: person.roles },
      place: { organisation, fleet: null },
    });
    return invited;
  });
}

async function insertOrganisation(
  db: Kysely<Database>,
  row: { organisation: string; name: string; created_at: number },
): Promise<boolean> {
  const made = await db
    .insertInto('installation.organisations')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('organisation')
    .executeTakeFirst();
  return made !== undefined;
}

async function insertAdmin(
  db: Kysely<Database>,
  { organisation, fleet, admin }: OrganisationRequest,
  at: number,
): Promise<PersonView | undefined> {
  const { name: person, display, email = null } = admin;
  const made = await db
    .insertInto('installation.people')
    .values({ person, organisation, display, email, state: 'invited', created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('person')
    .executeTakeFirst();
  if (!made) return undefined;
  await db.insertInto('installation.roles').values({ person, fleet, role: 'admin' }).execute();
  const roles = { [fleet]: ['admin' as const] };
  return { name: person, display, email, state: 'invited', roles, factors: [], createdAt: at };
}

async function invite(
  db: Kysely<Database>,
  person: PersonView,
  at: number,
  expiresAt: number,
): Promise<InvitedView> {
  const invitation = randomBytes(32).toString('base64url');
  await db
    .insertInto('installation.invitations')
    .values({
      hash: hashToken(invitation),
      person: person.name,
      created_at: at,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute();
  return { person, invitation, path: `/join#invitation=${invitation}`, expiresAt };
}
