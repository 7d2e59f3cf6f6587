/** Lets a device in: fleet key for device token. */
import {
  type EnrolAnswer,
  enrolRequestSchema,
  isRefused,
  type OrRefused,
  refuse,
  refuseParse,
  topics,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { FIRST_FLEET } from '../fleets/names.ts';
import { hashToken, isFleetKey, newDeviceToken } from './tokens.ts';

export const WRONG_KEY = {
  refused: refuse('unauthenticated', 'the fleet key is missing or not valid'),
};

/**
 * A device whose enrolment answer was lost may enrol again, until it has reported once; then its id is taken.
 *
 * @param key the fleet key that was presented
 * @param broker where the broker listens, to tell the device
 */
export async function enrol(
  context: Pick<Context, 'db' | 'clock' | 'fleet'>,
  key: string | undefined,
  body: unknown,
  broker: string | undefined,
): Promise<OrRefused<EnrolAnswer>> {
  const known = await checkFleetKey(context, key);
  if (isRefused(known)) return known;
  const parsed = enrolRequestSchema.safeParse(body);
  if (!parsed.success) return { refused: refuseParse(parsed.error) };
  const { device, hardware } = parsed.data;
  const now = context.clock.now();
  const token = newDeviceToken(context.fleet, device);
  const hash = hashToken(token);
  const taken = await context.db.transaction().execute(async (db) => {
    if (!(await claimId(db, device, context.fleet))) return true;
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
  return { device, token, ...wayOf(context.fleet, broker) };
}

/** An id is one device's in the whole installation: its MQTT topics carry nothing else. */
async function claimId(db: Kysely<Database>, device: string, fleet: string): Promise<boolean> {
  // Of two that claim it at once the second waits here, and then sees whose it is.
  await db
    .insertInto('installation.devices')
    .values({ device, fleet })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const claimed = await db
    .selectFrom('installation.devices')
    .select('fleet')
    .where('device', '=', device)
    .executeTakeFirst();
  return claimed?.fleet === fleet;
}

function wayOf(fleet: string, mqtt: string | undefined): Pick<EnrolAnswer, 'mqtt' | 'announcements'> {
  if (mqtt === undefined) return {};
  return fleet === FIRST_FLEET ? { mqtt } : { mqtt, announcements: topics.announcementsOf(fleet) };
}

async function checkFleetKey(
  { db, fleet }: Pick<Context, 'db' | 'fleet'>,
  key: string | undefined,
): Promise<OrRefused<{ known: true }>> {
  const found =
    key !== undefined && isFleetKey(key, fleet)
      ? await db
          .selectFrom('fleet_keys')
          .select('created_at')
          .where('hash', '=', hashToken(key))
          .executeTakeFirst()
      : undefined;
  return found ? { known: true } : WRONG_KEY;
}
