/** Who asks, and what they may do. */
import type { AccountView, Role } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import type { Principal } from '../principal.ts';
import { rolesOfToken } from '../principals.ts';
import { codesLeft } from '../recovery/codes.ts';
import { factorsOf } from './factors.ts';

export async function viewAccount({ db }: Pick<Context, 'db'>, principal: Principal): Promise<AccountView> {
  const { actor, token } = principal;
  return actor.person === null || token !== null
    ? accountOfToken(db, principal)
    : accountOfPerson(db, principal, actor.person);
}

async function accountOfPerson(
  db: Kysely<Database>,
  { organisation }: Principal,
  person: string,
): Promise<AccountView> {
  const row = await db
    .selectFrom('installation.people')
    .select(['display', 'email', 'password'])
    .where('person', '=', person)
    .executeTakeFirstOrThrow();
  const passkeys = await db
    .selectFrom('installation.passkeys')
    .select(['passkey', 'label', 'created_at', 'last_used_at'])
    .where('person', '=', person)
    .orderBy('created_at')
    .execute();
  const roles = await db
    .selectFrom('installation.roles as role')
    .innerJoin('installation.fleets as fleet', 'fleet.fleet', 'role.fleet')
    .select(['role.fleet', 'fleet.name', 'role.role'])
    .where('role.person', '=', person)
    .orderBy('fleet.created_at')
    .orderBy('role.fleet')
    .execute();
  const fleets = new Map<string, { fleet: string; name: string; roles: Role[] }>();
  for (const { fleet, name, role } of roles) {
    const entry = fleets.get(fleet) ?? { fleet, name, roles: [] };
    entry.roles.push(role);
    fleets.set(fleet, entry);
  }
  return {
    name: person,
    display: row.display,
    email: row.email,
    organisation,
    fleets: [...fleets.values()],
    factors: await factorsOf(db, person),
    via: 'session',
    passkeys: passkeys.map((each) => ({
      passkey: each.passkey,
      label: each.label,
      createdAt: each.created_at,
      lastUsedAt: each.last_used_at,
    })),
    hasPassword: row.password !== null,
    recoveryCodesLeft: await codesLeft(db, person),
  };
}

async function accountOfToken(
  db: Kysely<Database>,
  { actor, organisation, session, token }: Principal,
): Promise<AccountView> {
  const row = await db
    .selectFrom('installation.tokens as token')
    .innerJoin('installation.fleets as fleet', 'fleet.fleet', 'token.fleet')
    .select(['token.fleet', 'fleet.name', 'token.roles', 'token.person'])
    .where('token.token', '=', token ?? '')
    .executeTakeFirstOrThrow();
  const roles = [...((await rolesOfToken(db, row)) ?? [])];
  return {
    name: actor.label,
    display: actor.label,
    email: null,
    organisation,
    fleets: [{ fleet: row.fleet, name: row.name, roles }],
    factors: [],
    via: session === null ? 'token' : 'session',
    passkeys: [],
    hasPassword: false,
    recoveryCodesLeft: 0,
  };
}
