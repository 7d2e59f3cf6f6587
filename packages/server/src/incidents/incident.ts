/** One incident as the database keeps it. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely, Selectable } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { Actor } from '../audit/actor.ts';
import type { Database } from '../db/schema.ts';
import type { IncidentsTable } from '../db/schema-incidents.ts';

export type IncidentRow = Selectable<IncidentsTable>;

export const newIncidentId = () => `i-${randomBytes(6).toString('hex')}`;

/** Who did it, as people read it. */
export const nameOf = ({ person, label }: Actor) => person ?? label;

export async function findIncident(db: Kysely<Database>, incident: string): Promise<OrRefused<IncidentRow>> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('incident', '=', incident)
    .executeTakeFirst();
  return row ?? none(incident);
}

/** Locks the row until the transaction ends. */
export async function lockIncident(db: Kysely<Database>, incident: string): Promise<OrRefused<IncidentRow>> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('incident', '=', incident)
    .forUpdate()
    .executeTakeFirst();
  return row ?? none(incident);
}

function none(incident: string): { refused: ReturnType<typeof refuse> } {
  return {
    refused: refuse('not-found', `there is no incident ${incident}`, { try: 'tuesday incident list' }),
  };
}
