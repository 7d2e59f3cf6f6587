/** The rules of a fleet: read, shown, replaced. */
import {
  type Calendar,
  type Policy,
  type PolicyInput,
  policySchema,
  type PolicyView,
  presetPolicy,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { settleAll } from '../approvals/requests.ts';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';

const KEY = 'policy';

/** The golden rule in the server's zone, until somebody sets another one. */
export async function readPolicy(db: Kysely<Database>): Promise<Policy> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst();
  return row ? policySchema.parse(row.value) : presetPolicy('golden-rule', serverZone());
}

/** The calendar as the judge reads it. */
export async function readCalendar(db: Kysely<Database>): Promise<Calendar> {
  return (await readPolicy(db)).calendar;
}

export async function viewPolicy({ db }: Pick<Context, 'db'>): Promise<PolicyView> {
  return { policy: await readPolicy(db), calendar: await readCalendar(db) };
}

export async function setPolicy(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { policy, because }: { policy: Policy; because: string },
): Promise<{ policy: Policy; approval: string | null }> {
  await db.transaction().execute(async (trx) => {
    await lockPolicy(trx);
    const before = await readPolicy(trx);
    await writePolicy(trx, policy);
    const at = clock.now();
    // The policy is under every digest: whoever has consented has consented to other rules.
    await settleAll(trx, at);
    await appendAudit(trx, {
      at,
      actor,
      verb: 'policy.set',
      object: 'policy',
      because,
      before,
      after: policy,
    });
  });
  return { policy, approval: null };
}

/**
 * Of two who change the rules the second sees what the first has written. Call it before `readPolicy`.
 *
 * @param db the transaction
 */
export async function lockPolicy(db: Kysely<Database>): Promise<void> {
  // Not a row: there is none as long as nobody has set a policy.
  await sql`LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE`.execute(db);
}

/** @param db the transaction */
export async function writePolicy(db: Kysely<Database>, policy: PolicyInput): Promise<void> {
  const value = JSON.stringify(policySchema.parse(policy));
  await db
    .insertInto('settings')
    .values({ key: KEY, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

function serverZone(): string {
  return new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}
