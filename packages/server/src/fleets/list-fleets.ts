/** The fleets of the organisation that somebody can see. */
import type { FleetListView } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Principal } from '../identity/principal.ts';

type Parts = Pick<Context, 'db' | 'organisation' | 'fleet'>;

/** Admins see all of them, other people those where they have a role, tokens their own. */
export async function listFleets(
  { db, organisation, fleet }: Parts,
  { actor, roles, session, token }: Principal,
): Promise<FleetListView> {
  const all = roles.includes('admin');
  const person = session !== null && token === null ? actor.person : null;
  const own = roles.length > 0 ? fleet : '';
  const { rows } = await sql<FleetListView['fleets'][number]>`
    SELECT f.fleet, f.name, f.created_at AS "createdAt" FROM installation.fleets f
    WHERE f.organisation = ${organisation} AND (${all} OR f.fleet = ${own} OR EXISTS (
      SELECT 1 FROM installation.roles r WHERE r.fleet = f.fleet AND r.person = ${person}))
    ORDER BY f.created_at, f.fleet`.execute(db);
  return { organisation, fleets: rows };
}
