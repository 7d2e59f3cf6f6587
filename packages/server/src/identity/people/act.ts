/**
 * The frame of every act on people: the actor proves to be there, the person is of the same organisation, and the
 * actor looks after every fleet in which that person may do anything.
 */
import { type FactorKind, type FactorProof, isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import type { PeopleTable } from '../../db/schema-installation.ts';
import { proveOwn } from '../account/own.ts';
import type { Principal } from '../principal.ts';
import { maintains, readGrants } from './grants.ts';

export type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export interface Target {
  readonly person: string;
  readonly display: string;
  readonly state: 'invited' | 'active' | 'disabled';
  readonly hasWayIn: boolean;
}

/** Tokens have no second factor; what they may do to people is what their roles say. */
export async function proveAdmin(
  db: Kysely<Database>,
  parts: Pick<Parts, 'clock' | 'config'>,
  principal: Principal,
  proof: FactorProof | undefined,
  purpose: string,
): Promise<OrRefused<{ factor: FactorKind | null }>> {
  return principal.token === null ? proveOwn(db, parts, principal, proof, purpose) : { factor: null };
}

/**
 * The person, locked until the transaction ends.
 *
 * @returns `not-found` for people of other organisations, as for those who do not exist
 */
export async function targetOf(
  db: Kysely<Database>,
  principal: Principal,
  person: string,
): Promise<OrRefused<Target>> {
  const row = await db
    .selectFrom('installation.people')
    .select(['person', 'display', 'state', 'password', 'oidc_subject'])
    .where('person', '=', person)
    .where('organisation', '=', principal.organisation)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no person ${person} in your organisation`) };
  const mine = await maintains(db, principal, Object.keys(await readGrants(db, person)));
  if (isRefused(mine)) return mine;
  const { display, state } = row;
  return { person, display, state, hasWayIn: await hasWayIn(db, row) };
}

/** Nobody acts on themselves here: their own account is where they change it. */
export function notOneself({ actor }: Principal, person: string): OrRefused<{ ok: true }> {
  if (actor.person !== person) return { ok: true };
  return {
    refused: refuse('forbidden', `nobody does this to themselves, and ${actor.label} acts for ${person}`, {
      try: 'ask another admin',
    }),
  };
}

async function hasWayIn(
  db: Kysely<Database>,
  row: Pick<PeopleTable, 'person' | 'password' | 'oidc_subject'>,
): Promise<boolean> {
  if (row.password !== null || row.oidc_subject !== null) return true;
  const passkey = await db
    .selectFrom('installation.passkeys')
    .select('passkey')
    .where('person', '=', row.person)
    .executeTakeFirst();
  return passkey !== undefined;
}
