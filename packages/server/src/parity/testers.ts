/** Whose signatures under test results count in this fleet. */
import { type OrRefused, refuse, type Tester, type TesterListView } from '@tuesday/protocol';
import { keyidOf } from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { renewUntested } from './untested.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

export async function listTesters(db: Kysely<Database>): Promise<TesterListView> {
  const rows = await db.selectFrom('testers').selectAll().orderBy('added_at').orderBy('keyid').execute();
  return {
    testers: rows.map(({ name, keyid, public_key, added_at, revoked_at }) => ({
      name,
      keyid,
      publicKey: public_key,
      addedAt: added_at,
      revokedAt: revoked_at,
    })),
  };
}

/** Those whose word counts from now on. */
export async function activeTesters(db: Kysely<Database>): Promise<Tester[]> {
  const { testers } = await listTesters(db);
  return testers.filter(({ revokedAt }) => revokedAt === null);
}

export async function addTester(
  { db, clock }: Parts,
  actor: Actor,
  { name, publicKey }: { readonly name: string; readonly publicKey: string },
): Promise<OrRefused<TesterListView>> {
  const at = clock.now();
  const keyid = keyidOf({ keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKey } });
  return inTransaction(db, async (trx) => {
    const known = await trx
      .selectFrom('testers')
      .select(['keyid', 'name', 'revoked_at'])
      .where((of) =>
        of.or([of('keyid', '=', keyid), of.and([of('name', '=', name), of('revoked_at', 'is', null)])]),
      )
      .executeTakeFirst();
    if (known) return { refused: taken(known, keyid, name) };
    const added = await trx
      .insertInto('testers')
      .values({ keyid, name, public_key: publicKey, added_at: at, revoked_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('keyid')
      .executeTakeFirst();
    if (!added) return { refused: refuse('conflict', `somebody else adds ${name} at this moment`) };
    await appendAudit(trx, {
      at,
      actor,
      verb: 'tester.add',
      object: `tester ${name}`,
      because: `its signatures under test results count from now on (key ${keyid.slice(0, 12)}…)`,
      after: { name, keyid, publicKey },
    });
    return listTesters(trx);
  });
}

function taken(
  known: { keyid: string; name: string; revoked_at: number | null },
  keyid: string,
  name: string,
) {
  if (known.keyid !== keyid)
    return refuse('conflict', `there is a tester ${name} with another key`, {
      field: 'name',
      try: 'revoke it first, or take another name',
    });
  return known.revoked_at === null
    ? refuse('conflict', `the key is that of the tester ${known.name} already`, { field: 'publicKey' })
    : refuse('conflict', `the key was revoked, as that of ${known.name}, and stays so`, {
        field: 'publicKey',
        try: 'make a new key: tuesday tester key',
      });
}

/** Results that it signed before stay evidence only as long as it counts: they are gone with it. */
export async function revokeTester(
  { db, clock }: Parts,
  actor: Actor,
  name: string,
  because: string,
): Promise<OrRefused<TesterListView>> {
  const at = clock.now();
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('testers')
      .set({ revoked_at: at })
      .where('name', '=', name)
      .where('revoked_at', 'is', null)
      .returning(['keyid', 'name'])
      .executeTakeFirst();
    if (!row)
      return {
        refused: refuse('not-found', `there is no tester ${name}`, {
          field: 'name',
          try: 'tuesday tester list',
        }),
      };
    await renewUntested(trx, at);
    await notify(trx, { kind: 'offers' });
    await appendAudit(trx, {
      at,
      actor,
      verb: 'tester.revoke',
      object: `tester ${name}`,
      because,
      before: row,
    });
    return listTesters(trx);
  });
}
