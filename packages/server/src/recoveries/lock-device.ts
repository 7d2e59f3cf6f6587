/** One device of a campaign, locked until the transaction ends. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';

export async function lockDevice(
  db: Kysely<Database>,
  { recovery, device }: { readonly recovery: string; readonly device: string },
): Promise<OrRefused<Selectable<Database['recovery_devices']>>> {
  const row = await db
    .selectFrom('recovery_devices')
    .selectAll()
    .where('recovery', '=', recovery)
    .where('device', '=', device)
    .forUpdate()
    .executeTakeFirst();
  if (row) return row;
  const because = `device ${device} is not in recovery campaign ${recovery}`;
  return { refused: refuse('not-found', because, { try: `tuesday recovery devices ${recovery}` }) };
}
