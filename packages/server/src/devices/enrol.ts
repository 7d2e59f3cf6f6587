/** Lets a device in: fleet key for device token. */
import {
  type EnrolAnswer,
  enrolRequestSchema,
  isRefused,
  type OrRefused,
  refuse,
  refuseParse,
} from '@tuesday/protocol';
import type { Context } from '../context.ts';
import { hashToken, isFleetKey, newDeviceToken } from './tokens.ts';

/**
 * A device whose enrolment answer was lost may enrol again, until it has reported once; then its id is taken.
 *
 * @param key the fleet key that was presented
 * @param mqtt where the broker listens, to tell the device
 */
export async function enrol(
  context: Pick<Context, 'db' | 'clock'>,
  key: string | undefined,
  body: unknown,
  mqtt: string | undefined,
): Promise<OrRefused<EnrolAnswer>> {
  const known = await checkFleetKey(context, key);
  if (isRefused(known)) return known;
  const parsed = enrolRequestSchema.safeParse(body);
  if (!parsed.success) return { refused: refuseParse(parsed.error) };
  const { device, hardware } = parsed.data;
  const now = context.clock.now();
  const token = newDeviceToken(device);
  const hash = hashToken(token);
  const taken = await context.db.transaction().execute(async (db) => {
    const written = await db
      .insertInto('devices')
      .values({ device, hardware, token_hash: hash, enrolled_at: now })
      .onConflict((conflict) =>
        conflict
          .column('device')
          .doUpdateSet({ hardware, token_hash: hash, enrolled_at: now })
          .where('devices.report', 'is', null),
      )
      .returning('device')
      .executeTakeFirst();
    if (!written) return true;
    await db
      .insertInto('contacts')
      .values({ device, last_seen: now })
      .onConflict((conflict) => conflict.column('device').doUpdateSet({ last_seen: now }))
      .execute();
    return false;
  });
  if (taken)
    return {
      refused: refuse('conflict', `the id ${device} belongs to an enrolled device`, { field: 'device' }),
    };
  return { device, token, ...(mqtt === undefined ? {} : { mqtt }) };
}

async function checkFleetKey(
  { db }: Pick<Context, 'db'>,
  key: string | undefined,
): Promise<OrRefused<{ known: true }>> {
  const found =
    key !== undefined && isFleetKey(key)
      ? await db
          .selectFrom('fleet_keys')
          .select('created_at')
          .where('hash', '=', hashToken(key))
          .executeTakeFirst()
      : undefined;
  return found
    ? { known: true }
    : { refused: refuse('unauthenticated', 'the fleet key is missing or not valid') };
}
