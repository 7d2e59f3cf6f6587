/** Principals from their rows. */
import type { Instant, Role } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { hashToken } from '../devices/tokens.ts';
import type { Principal } from './principal.ts';
import { MINUTE, real, SET_BACK } from './real-time.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'fleet'>;

interface Found {
  readonly principal: Principal;
  /** When the token ends by itself. */
  readonly until: Instant;
}

/** By its secret, or by its public id where a session stands for it. */
export async function principalOfToken(
  { db, clock, fleet }: Parts,
  by: { secret: string } | { token: string },
  origin: string,
): Promise<Found | undefined> {
  const now = clock.now();
  const row = await db
    .selectFrom('installation.tokens')
    .selectAll()
    .where((is) => ('secret' in by ? is('hash', '=', hashToken(by.secret)) : is('token', '=', by.token)))
    .where('revoked_at', 'is', null)
    .where('created_at', '<=', now + real(clock, SET_BACK))
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now)]))
    .executeTakeFirst();
  if (!row) return undefined;
  const roles = await rolesOfToken(db, row);
  if (!roles) return undefined;
  if (row.last_used_at === null || now - row.last_used_at >= real(clock, MINUTE))
    await db
      .updateTable('installation.tokens')
      .set({ last_used_at: now })
      .where('token', '=', row.token)
      .where('last_used_at', 'is not distinct from', row.last_used_at)
      .execute();
  return {
    until: row.expires_at ?? Number.MAX_SAFE_INTEGER,
    principal: {
      actor: { label: row.label, person: row.person, origin, factor: null },
      organisation: row.organisation,
      // The token of the first run is for every fleet of its organisation: somebody has to begin in each.
      roles: row.fleet === fleet || row.installation ? roles : [],
      installation: row.installation,
      session: null,
      token: row.token,
    },
  };
}

export async function principalOfPerson(
  { db, fleet }: Parts,
  person: string,
  origin: string,
): Promise<Found | undefined> {
  const row = await db
    .selectFrom('installation.people')
    .select(['person', 'organisation'])
    .where('person', '=', person)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    until: Number.MAX_SAFE_INTEGER,
    principal: {
      actor: { label: person, person, origin, factor: null },
      organisation: row.organisation,
      roles: await rolesOfPerson(db, person, fleet),
      installation: false,
      session: null,
      token: null,
    },
  };
}

export async function rolesOfPerson(db: Kysely<Database>, person: string, fleet: string): Promise<Role[]> {
  const rows = await db
    .selectFrom('installation.roles')
    .select('role')
    .where('person', '=', person)
    .where('fleet', '=', fleet)
    .execute();
  return rows.map(({ role }) => role);
}

/** What a token may still do: never more than whoever made it. Undefined when its maker may not come in any more. */
export async function rolesOfToken(
  db: Kysely<Database>,
  { person, fleet, roles }: { person: string | null; fleet: string; roles: readonly Role[] },
): Promise<readonly Role[] | undefined> {
  if (person === null) return roles;
  const maker = await db
    .selectFrom('installation.people')
    .select('person')
    .where('person', '=', person)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!maker) return undefined;
  const makers = await rolesOfPerson(db, person, fleet);
  return roles.filter((role) => makers.includes(role));
}
