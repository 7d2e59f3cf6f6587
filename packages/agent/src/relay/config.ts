/** The section `relay` of the agent's configuration. Without it a device neither gives nor asks. */
import * as z from 'zod';

const portSchema = z.int().min(0).max(65_535);

const lanSchema = z.strictObject({
  /** IPv4 addresses of the links; absent: all that the device has, but for loopback. */
  addresses: z.array(z.ipv4()).min(1).max(8).optional(),
  /** Group of the beacons, from the block that is for use inside of an organisation (RFC 2365, section 6.2). */
  group: z.ipv4().default('239.192.84.85'),
  beaconPort: portSchema.default(48_485),
  /** Where bytes are given; 0: any free port, which the beacon names. */
  port: portSchema.default(0),
  /** Between two beacons, seconds. */
  beaconSeconds: z.int().min(1).max(3_600).default(60),
});

const meshSchema = z.strictObject({
  kind: z.literal('udp'),
  /** IPv4 address that this device is heard from. */
  address: z.ipv4(),
  port: portSchema.default(48_486),
  /** Whom the ether reaches: `address:port`, or broadcast addresses. */
  peers: z
    .array(z.string().regex(/^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/, 'use address:port'))
    .min(1)
    .max(16),
  /** Devices with another number are not heard. */
  network: z.int().min(0).max(65_535).default(0),
  /** Hops that a segment may take. */
  hops: z.int().min(1).max(31).default(4),
  /** Segments that this device sends a second, its own and those that it relays. */
  segmentsPerSecond: z.number().min(1).max(5_000).default(40),
  /** A relayed segment leaves at a random moment of so many milliseconds. */
  relayDelayMillis: z.int().min(0).max(5_000).default(30),
});

export const relayConfigSchema = z.strictObject({
  lan: lanSchema.optional(),
  mesh: meshSchema.optional(),
  /** False: the device asks its neighbours, and gives nothing. */
  give: z.boolean().default(true),
  bytesPerSecond: z.int().min(64).default(65_536),
  bytesPerDay: z
    .int()
    .min(0)
    .default(64 * 1_048_576),
  neighbours: z.int().min(1).max(64).default(2),
  minBattery: z.int().min(0).max(100).default(50),
  /** Recovery releases that a neighbour asks for are fetched from the server up to this size; 0: never. */
  carryBytes: z
    .int()
    .min(0)
    .default(64 * 1_048_576),
  /** How often the server is told anew which devices are heard on the link. */
  tellSeconds: z.int().min(1).max(86_400).default(3_600),
  powerFolder: z.string().default('/sys/class/power_supply'),
  /** How often signed metadata is fetched so that it can be given fresh: a timestamp is valid for a day. */
  refreshSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(6 * 3_600),
});
export type RelayConfig = z.infer<typeof relayConfigSchema>;
export type LanConfig = z.infer<typeof lanSchema>;
export type MeshConfig = z.infer<typeof meshSchema>;
