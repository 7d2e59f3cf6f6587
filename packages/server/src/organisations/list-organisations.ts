/** Every organisation of the installation, for whoever looks after the installation. */
import type { OrganisationListView } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';

export async function listOrganisations({ db }: Pick<Context, 'db'>): Promise<OrganisationListView> {
  const { rows } = await sql<OrganisationListView['organisations'][number]>`
    SELECT o.organisation, o.name, o.created_at AS "createdAt", (
      SELECT coalesce(array_agg(f.fleet ORDER BY f.created_at, f.fleet), '{}')
      FROM installation.fleets f WHERE f.organisation = o.organisation) AS fleets
    FROM installation.organisations o ORDER BY o.created_at, o.organisation`.execute(db);
  return { organisations: rows };
}
