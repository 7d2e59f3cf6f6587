/** What time alone does to consent: requests lapse, glasses lapse, reviews become overdue. */
import type { Context } from '../context.ts';
import { settleGlasses } from '../break-glass/remind.ts';
import { settleAll } from './requests.ts';

export async function settleConsent({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<void> {
  await db.transaction().execute((trx) => settleAll(trx, clock.now()));
  await db.transaction().execute((trx) => settleGlasses(trx, clock.now()));
}
