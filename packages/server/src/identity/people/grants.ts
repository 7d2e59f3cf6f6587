/** Roles by fleet: who may give and take them, and what must not happen to them. */
import { type Grants, type OrRefused, refuse, type Role } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import type { Principal } from '../principal.ts';
import { rolesOfPerson, rolesOfToken } from '../principals.ts';

type Db = Kysely<Database>;

/** @returns `forbidden`, naming a fleet that the actor does not look after; `not-found` for one of another organisation */
export async function maintains(
  db: Db,
  principal: Principal,
  fleets: readonly string[],
): Promise<OrRefused<{ ok: true }>> {
  for (const fleet of fleets) {
    const row = await db
      .selectFrom('installation.fleets')
      .select('fleet')
      .where('fleet', '=', fleet)
      .where('organisation', '=', principal.organisation)
      .executeTakeFirst();
    const field = `roles.${fleet}`;
    if (!row)
      return { refused: refuse('not-found', `there is no fleet ${fleet} in your organisation`, { field }) };
    if ((await rolesIn(db, principal, fleet)).includes('admin')) continue;
    const because = `${principal.actor.label} does not have the role admin in the fleet ${fleet}`;
    return { refused: refuse('forbidden', because, { field }) };
  }
  return { ok: true };
}

/** Roles of whoever asks in any fleet, not only in the one that is asked about. */
export async function rolesIn(db: Db, { actor, token }: Principal, fleet: string): Promise<readonly Role[]> {
  if (token === null) return actor.person === null ? [] : rolesOfPerson(db, actor.person, fleet);
  const row = await db
    .selectFrom('installation.tokens')
    .select(['person', 'fleet', 'roles'])
    .where('token', '=', token)
    // As for `principalOfToken`.
    .where((is) => is.or([is('fleet', '=', fleet), is('installation', '=', true)]))
    .executeTakeFirst();
  return row ? ((await rolesOfToken(db, row)) ?? []) : [];
}

/** Fleets in which something would change. */
export function changed(before: Grants, after: Grants): string[] {
  const fleets = new Set([...Object.keys(before), ...Object.keys(after)]);
  const same = (a: readonly Role[] = [], b: readonly Role[] = []) =>
    a.every((role) => b.includes(role)) && b.every((role) => a.includes(role));
  return [...fleets].filter((fleet) => !same(before[fleet], after[fleet]));
}

/** Fleets in which a role would be gained. */
export function raised(before: Grants, after: Grants): string[] {
  return Object.keys(after).filter((fleet) => after[fleet]?.some((role) => !before[fleet]?.includes(role)));
}

/**
 * Holds the rows of those who look after a fleet until the transaction ends, so that two who leave at the same time
 * see each other.
 *
 * @param without the person who would not be one of them any more
 */
export async function keepsAnAdmin(
  db: Db,
  fleets: readonly string[],
  without: string,
): Promise<OrRefused<{ ok: true }>> {
  for (const fleet of fleets.toSorted()) {
    const admins = await db
      .selectFrom('installation.roles as role')
      .innerJoin('installation.people as person', 'person.person', 'role.person')
      .select('role.person')
      .where('role.fleet', '=', fleet)
      .where('role.role', '=', 'admin')
      .where('person.state', '=', 'active')
      .orderBy('role.person')
      .forUpdate()
      .execute();
    const isOne = admins.some(({ person }) => person === without);
    if (!isOne || admins.length > 1) continue;
    const because = `${without} is the last admin of the fleet ${fleet}`;
    return { refused: refuse('last-admin', because, { field: `roles.${fleet}` }) };
  }
  return { ok: true };
}

/** @param db the transaction */
export async function writeGrants(db: Db, person: string, grants: Grants): Promise<void> {
  await db.deleteFrom('installation.roles').where('person', '=', person).execute();
  const rows = Object.entries(grants).flatMap(([fleet, roles]) =>
    [...new Set(roles)].map((role) => ({ person, fleet, role })),
  );
  if (rows.length > 0) await db.insertInto('installation.roles').values(rows).execute();
}

export async function readGrants(db: Db, person: string): Promise<Grants> {
  const grants: Grants = {};
  const rows = await db
    .selectFrom('installation.roles')
    .selectAll()
    .where('person', '=', person)
    .orderBy('fleet')
    .execute();
  for (const { fleet, role } of rows) (grants[fleet] ??= []).push(role);
  return grants;
}
