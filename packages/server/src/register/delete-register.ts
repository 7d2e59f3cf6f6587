/** Deletes addresses. The log keeps how many and why; it never had them. */
import { type OrRefused, type RegisterDeleteRequest, type RouteAnswer } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { viewRegister } from './read-register.ts';

export async function deleteRegister(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { devices, because }: RegisterDeleteRequest,
): Promise<OrRefused<RouteAnswer<'deleteRegister'>>> {
  return db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('address_register')
      .$if(devices !== null, (query) => query.where('device', 'in', devices ?? []))
      .executeTakeFirst();
    const deleted = Number(numDeletedRows);
    await appendAudit(trx, {
      at: clock.now(),
      actor,
      verb: 'register.delete',
      object: 'address register',
      because,
      after: { deleted, all: devices === null },
    });
    return { deleted, register: await viewRegister({ db: trx }) };
  });
}
