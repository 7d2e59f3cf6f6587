/** The people of an organisation who can answer. */
import { PERMISSIONS } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

export interface KnownPerson {
  readonly person: string;
  readonly display: string;
  readonly email: string | null;
}

/** Those whose account is active. */
export function activePeople(db: Kysely<Database>, organisation: string): Promise<KnownPerson[]> {
  return db
    .selectFrom('installation.people')
    .select(['person', 'display', 'email'])
    .where('organisation', '=', organisation)
    .where('state', '=', 'active')
    .orderBy('person')
    .execute();
}

/** Those of them who may halt in this fleet: a person who can only look answers no call. */
export async function watchers(
  db: Kysely<Database>,
  organisation: string,
  fleet: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('installation.roles as r')
    .innerJoin('installation.people as p', 'p.person', 'r.person')
    .select('r.person')
    .where('p.organisation', '=', organisation)
    .where('p.state', '=', 'active')
    .where('r.fleet', '=', fleet)
    .where('r.role', 'in', PERMISSIONS.stop)
    .execute();
  return new Set(rows.map(({ person }) => person));
}

export function findPerson(
  db: Kysely<Database>,
  organisation: string,
  person: string,
): Promise<KnownPerson | undefined> {
  return db
    .selectFrom('installation.people')
    .select(['person', 'display', 'email'])
    .where('organisation', '=', organisation)
    .where('state', '=', 'active')
    .where('person', '=', person)
    .executeTakeFirst();
}
