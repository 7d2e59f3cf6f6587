/**
 * What devices call out on a link, one JSON object a datagram of at most 1,200 bytes. A beacon says what a
 * neighbour could give; it is a hint and proves nothing. An ask wants beacons at once.
 */
import { deviceIdSchema, hardwareSchema, sha256Schema } from '@tuesday/protocol';
import * as z from 'zod';

/** Bytes; fits a link with an MTU of 1,280 (the least that IPv6 allows, RFC 8200, section 5). */
export const BEACON_LIMIT = 1_200;

const beaconSchema = z.object({
  relay: z.literal(1),
  is: z.literal('beacon'),
  /** TCP port of the HTTP server. */
  port: z.int().min(1).max(65_535),
  /** Models that the artifacts are for, as far as it is known. */
  hardware: z.array(hardwareSchema).max(4),
  /** Digests of artifacts. */
  holds: z.array(sha256Schema).max(4),
  /** Version of its timestamp metadata: the higher, the fresher. */
  timestamp: z.int().min(0),
  /** Its id; absent from older agents. */
  device: deviceIdSchema.optional(),
});
export type Beacon = z.infer<typeof beaconSchema>;

const askSchema = z.object({ relay: z.literal(1), is: z.literal('ask'), device: deviceIdSchema.optional() });
export type Ask = z.infer<typeof askSchema>;

export function encodeAsk(device: string): Buffer {
  return Buffer.from(JSON.stringify({ relay: 1, is: 'ask', device }));
}

export function encodeBeacon(beacon: Omit<Beacon, 'relay' | 'is'>): Buffer {
  return Buffer.from(JSON.stringify({ relay: 1, is: 'beacon', ...beacon }));
}

/** @returns undefined for anything else */
export function readDatagram(bytes: Buffer): Beacon | Ask | undefined {
  if (bytes.length > BEACON_LIMIT) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  return askSchema.safeParse(json).data ?? beaconSchema.safeParse(json).data;
}
