/**
 * Whose account a subject of the provider signs in to. It makes nobody: the first time, its verified e-mail finds
 * the one person who has it; from then on the subject does.
 */
import { type OrRefused, refuse } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { auditAccount } from '../account/audit.ts';

export interface Subject {
  readonly issuer: string;
  readonly sub: string;
  /** Null unless the provider says that it verified it. */
  readonly email: string | null;
}

export interface Account {
  readonly person: string;
  readonly organisation: string;
}

const UNKNOWN = {
  refused: refuse('sign-in-failed', 'the provider knows you, but no account here is yours', {
    try: 'ask an admin for an invitation to the e-mail address that the provider has verified',
  }),
};

/** @param db the transaction */
export async function accountOf(
  db: Kysely<Database>,
  parts: Pick<Context, 'clock'>,
  { issuer, sub, email }: Subject,
  origin: string,
): Promise<OrRefused<Account>> {
  const subject = `${issuer} ${sub}`;
  const linked = await db
    .selectFrom('installation.people')
    .select(['person', 'organisation', 'state'])
    .where('oidc_subject', '=', subject)
    .executeTakeFirst();
  if (linked) return linked.state === 'active' ? linked : UNKNOWN;
  if (email === null) return UNKNOWN;
  const found = await db
    .selectFrom('installation.people')
    .select(['person', 'organisation', 'state', 'oidc_subject'])
    .where(sql<string>`lower(email)`, '=', email.toLowerCase())
    .where('state', 'in', ['active', 'invited'])
    .forUpdate()
    .execute();
  const [one] = found;
  // Two people with one address: nobody can tell whose it is.
  if (!one || found.length > 1 || one.oidc_subject !== null) return UNKNOWN;
  await db
    .updateTable('installation.people')
    .set({ oidc_subject: subject, state: 'active' })
    .where('person', '=', one.person)
    .execute();
  await db.deleteFrom('installation.invitations').where('person', '=', one.person).execute();
  const { person, organisation } = one;
  await auditAccount(
    db,
    parts,
    { actor: { label: person, person, origin, factor: null }, organisation },
    {
      verb: 'account.link',
      object: `person ${person}`,
      because: `the first sign-in through ${issuer} with the verified address ${email}`,
      factor: null,
      before: { state: one.state },
      after: { state: 'active', subject },
    },
  );
  return one;
}
