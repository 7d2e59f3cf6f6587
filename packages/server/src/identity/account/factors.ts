/** How people can prove to be there. */
import { type FactorKind, factorKindSchema } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.ts';

export async function factorsOf(db: Kysely<Database>, person: string): Promise<FactorKind[]> {
  return (await factorsOfAll(db, [person])).get(person) ?? [];
}

/** @returns for each person that exists */
export async function factorsOfAll(
  db: Kysely<Database>,
  people: readonly string[],
): Promise<ReadonlyMap<string, FactorKind[]>> {
  if (people.length === 0) return new Map();
  const rows = await db
    .selectFrom('installation.people as p')
    .select([
      'p.person',
      sql<boolean>`p.totp IS NOT NULL`.as('totp'),
      sql<boolean>`EXISTS (SELECT FROM installation.passkeys k WHERE k.person = p.person)`.as('passkey'),
      sql<boolean>`EXISTS (SELECT FROM installation.recovery_codes r
        WHERE r.person = p.person AND r.used_at IS NULL)`.as('recovery'),
    ])
    .where('p.person', 'in', people)
    .execute();
  return new Map(rows.map((row) => [row.person, factorKindSchema.options.filter((kind) => row[kind])]));
}
