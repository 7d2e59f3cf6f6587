/** The people of an organisation who can answer. */
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
