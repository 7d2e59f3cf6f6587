/** People as they are shown: their roles by fleet, and how they can prove to be there. */
import type { Grants, PersonView } from '@tuesday/protocol';
import { type Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { factorsOfAll } from '../account/factors.ts';
import type { Principal } from '../principal.ts';

export async function listPeople(
  { db }: Pick<Context, 'db'>,
  { organisation }: Pick<Principal, 'organisation'>,
): Promise<{ people: PersonView[] }> {
  return { people: await viewPeople(db, organisation) };
}

export async function viewPerson(
  db: Kysely<Database>,
  organisation: string,
  person: string,
): Promise<PersonView> {
  const [view] = await viewPeople(db, organisation, person);
  if (!view) throw new Error(`${person} is not in ${organisation}`);
  return view;
}

async function viewPeople(db: Kysely<Database>, organisation: string, only?: string): Promise<PersonView[]> {
  const rows = await db
    .selectFrom('installation.people')
    .select(['person', 'display', 'email', 'state', 'created_at'])
    .where('organisation', '=', organisation)
    .$if(only !== undefined, (all) => all.where('person', '=', only ?? ''))
    .orderBy('person')
    .execute();
  const names = rows.map(({ person }) => person);
  const grants = await grantsOf(db, names);
  const factors = await factorsOfAll(db, names);
  return rows.map((row) => ({
    name: row.person,
    display: row.display,
    email: row.email,
    state: row.state,
    roles: grants.get(row.person) ?? {},
    factors: factors.get(row.person) ?? [],
    createdAt: row.created_at,
  }));
}

async function grantsOf(
  db: Kysely<Database>,
  people: readonly string[],
): Promise<ReadonlyMap<string, Grants>> {
  const grants = new Map<string, Grants>();
  if (people.length === 0) return grants;
  const rows = await db
    .selectFrom('installation.roles')
    .selectAll()
    .where('person', 'in', people)
    .orderBy('fleet')
    .execute();
  for (const { person, fleet, role } of rows) {
    const own = grants.get(person) ?? {};
    (own[fleet] ??= []).push(role);
    grants.set(person, own);
  }
  return grants;
}
