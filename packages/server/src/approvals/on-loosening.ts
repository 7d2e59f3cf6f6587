/** A policy that loosens the one in force waits for consent; the last consent writes it. */
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Loosening } from '../policy/set.ts';
import { askConsent } from './ask.ts';

/**
 * @param trx the transaction; it writes the new policy itself only when the answer is null
 * @returns the request to wait for; null when the policy in force asks for no consent, or is nobody's yet
 */
export async function onLoosening(
  trx: Kysely<Database>,
  { before, after, reasons, actor, because, at }: Loosening,
): Promise<{ approval: string | null }> {
  if (before.approvals.needed === 0 || (await isBeingSetUp(trx))) return { approval: null };
  const covers = { subject: 'policy', before, after, reasons } as const;
  const asking = { covers, object: 'policy', actor, because, makers: [], at };
  return { approval: (await askConsent(trx, asking)).row.approval };
}

/** A fleet whose rules nobody has set and in which nothing was started: there need not be a second person yet. */
async function isBeingSetUp(trx: Kysely<Database>): Promise<boolean> {
  const set = await trx.selectFrom('settings').select('key').where('key', '=', 'policy').executeTakeFirst();
  if (set) return false;
  const started = await trx
    .selectFrom('rollouts')
    .select('rollout')
    .where('phase', 'not in', ['draft', 'cancelled'])
    .limit(1)
    .executeTakeFirst();
  return started === undefined;
}
