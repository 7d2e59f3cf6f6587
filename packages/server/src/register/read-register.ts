/** Reads the address register. Whoever sees an address leaves an entry in the audit log. */
import type { OrRefused, RegisterListQuery, RegisterView, RouteAnswer } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

export async function viewRegister({ db }: { db: Kysely<Database> }): Promise<RegisterView> {
  const { rows } = await sql<{ entries: number; unknown: number; importedAt: number | null }>`
    SELECT count(*)::int AS entries, max(r.imported_at) AS "importedAt",
      count(*) FILTER (WHERE NOT EXISTS (SELECT FROM devices d WHERE d.device = r.device))::int AS unknown
    FROM address_register r`.execute(db);
  return rows[0] ?? { entries: 0, unknown: 0, importedAt: null };
}

export async function listRegister(
  { db, clock }: Parts,
  actor: Actor,
  { after, limit }: RegisterListQuery,
): Promise<OrRefused<RouteAnswer<'listRegister'>>> {
  return db.transaction().execute(async (trx) => {
    const found = await trx
      .selectFrom('address_register')
      .select(['device', 'customer', 'address', 'contact'])
      .$if(after !== undefined, (query) => query.where('device', '>', after ?? ''))
      .orderBy('device')
      .limit(limit + 1)
      .execute();
    const entries = found.slice(0, limit);
    if (entries.length > 0)
      await tellOfReading(trx, clock.now(), actor, { what: 'the register', addresses: entries.length });
    return { entries, next: found.length > limit ? (entries.at(-1)?.device ?? null) : null };
  });
}

/** How many were read and where, never which. */
export async function tellOfReading(
  trx: Kysely<Database>,
  at: number,
  actor: Actor,
  { what, addresses }: { what: string; addresses: number },
): Promise<void> {
  await appendAudit(trx, {
    at,
    actor,
    verb: 'register.read',
    object: 'address register',
    because: `read with ${what}`,
    after: { addresses },
  });
}
