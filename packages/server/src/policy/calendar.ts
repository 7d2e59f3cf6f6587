/** When stages may open: one calendar of this installation. */
import { type Calendar, calendarSchema, goldenRule, type PolicyView } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';

const KEY = 'calendar';

/** The golden rule in the server's zone, until somebody sets another one. */
export async function readCalendar(db: Kysely<Database>): Promise<Calendar> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst();
  return row ? calendarSchema.parse(row.value) : goldenRule(serverZone());
}

export async function viewPolicy({ db }: Pick<Context, 'db'>): Promise<PolicyView> {
  return { calendar: await readCalendar(db) };
}

export async function setPolicy(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: string,
  { calendar, because }: { calendar: Calendar; because: string },
): Promise<PolicyView> {
  await db.transaction().execute(async (trx) => {
    const before = await readCalendar(trx);
    await trx
      .insertInto('settings')
      .values({ key: KEY, value: JSON.stringify(calendar) })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: JSON.stringify(calendar) }))
      .execute();
    const at = clock.now();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'policy.set',
      object: 'policy',
      because,
      before,
      after: calendar,
    });
  });
  return { calendar };
}

function serverZone(): string {
  return new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}
