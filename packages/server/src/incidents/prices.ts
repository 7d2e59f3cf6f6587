/** The price list of a fleet. */
import { pricesSchema, type PricesRequest, type PricesView, type OrRefused } from '@tuesday/protocol';
import { CHAPTER_PRICES, READINGS } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { nameOf } from './incident.ts';

const KEY = 'prices';

export async function readPrices(db: Kysely<Database>): Promise<PricesView> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst();
  if (!row)
    return {
      prices: CHAPTER_PRICES['as-printed'],
      setBy: null,
      setAt: null,
      source: `Nobody has set prices for this fleet, so these are the Friday incident's, ${READINGS['as-printed']}.`,
    };
  const { prices, setBy, setAt } = row.value as Omit<PricesView, 'source'>;
  return {
    prices: pricesSchema.parse(prices),
    setBy,
    setAt,
    source: `Prices of this fleet, set by ${setBy}.`,
  };
}

export function viewPrices({ db }: Pick<Context, 'db'>): Promise<PricesView> {
  return readPrices(db);
}

export async function setPrices(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { prices, because }: PricesRequest,
): Promise<OrRefused<PricesView>> {
  const at = clock.now();
  return db.transaction().execute(async (trx) => {
    const before = await readPrices(trx);
    const value = JSON.stringify({ prices, setBy: nameOf(actor), setAt: at });
    await trx
      .insertInto('settings')
      .values({ key: KEY, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'prices.set',
      object: 'prices',
      because,
      before: before.prices,
      after: prices,
    });
    return readPrices(trx);
  });
}
