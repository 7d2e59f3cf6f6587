/** Who the device is: as it remembers, or as the server says now. */
import { isRefused, type OrRefused } from '@tuesday/protocol';
import type { DeviceStorage, Identity } from '../storage/device-storage.ts';

/**
 * An identity is durable before it is used. One that was given and then lost to a power cut is given again: the
 * server lets a device enrol anew until it has reported once.
 *
 * @returns the server's refusal, when the device may not enrol
 * @throws what enrolling throws; what the file system throws
 */
export async function rememberedOrEnrolled(
  storage: DeviceStorage,
  enrolNow: () => Promise<OrRefused<Identity>>,
): Promise<OrRefused<Identity>> {
  const known = await storage.readIdentity();
  if (known !== undefined) return known;
  const identity = await enrolNow();
  if (!isRefused(identity)) await storage.writeIdentity(identity);
  return identity;
}
