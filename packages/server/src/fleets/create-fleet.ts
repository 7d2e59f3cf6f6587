/** A further fleet of the organisation. */
import { type FleetListView, isRefused, type OrRefused } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../db/transact.ts';
import type { Database } from '../db/schema.ts';
import type { Principal } from '../identity/principal.ts';
import { listFleets } from './list-fleets.ts';
import { makeFleet } from './make-fleet.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation' | 'fleet'>;

/**
 * Whoever makes it is its admin. A token is nobody, so it leaves the new fleet to the admins of the one where it
 * was made.
 */
export async function createFleet(
  context: Parts,
  principal: Principal,
  { fleet, name }: { fleet: string; name: string },
): Promise<OrRefused<FleetListView>> {
  const { organisation } = context;
  const { actor } = principal;
  const at = context.clock.now();
  const made = await inTransaction(context.db, async (trx) => {
    const made = await makeFleet(trx, { fleet, organisation, name, at });
    if (isRefused(made)) return made;
    const admins = await makeAdmins(trx, context.fleet, fleet, actor.person);
    await appendAudit(trx, {
      at,
      actor,
      verb: 'fleet.create',
      object: `fleet ${fleet}`,
      because: `${name} is made by ${actor.label}`,
      after: { fleet, name, admins },
      place: { organisation, fleet: null },
    });
    return made;
  });
  return isRefused(made) ? made : listFleets(context, principal);
}

async function makeAdmins(
  db: Kysely<Database>,
  from: string,
  fleet: string,
  person: string | null,
): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`
    INSERT INTO installation.roles (person, fleet, role)
    SELECT p.person, ${fleet}, 'admin' FROM installation.people p
    WHERE CASE WHEN ${person}::text IS NULL
      THEN p.state = 'active' AND EXISTS (SELECT 1 FROM installation.roles r
        WHERE r.person = p.person AND r.fleet = ${from} AND r.role = 'admin')
      ELSE p.person = ${person} END
    RETURNING person`.execute(db);
  return rows.map((row) => row.person).sort();
}
