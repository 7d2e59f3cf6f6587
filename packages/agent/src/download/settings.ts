/** The section `download` of the agent's configuration. */
import { deviceHoursSchema, isZone } from '@tuesday/protocol';
import * as z from 'zod';
import { meteredLinkSchema } from './metered-link.ts';

const MIB = 1_048_576;

export const downloadSettingsSchema = z.strictObject({
  /** Addresses near the device that serve the same targets as the server, best first; asked before those of an offer. */
  mirrors: z
    .array(z.url({ protocol: /^https?$/ }).max(200))
    .max(8)
    .default([]),
  /** Bandwidth limit; absent: none. Slower than the least, a connection would look dead. */
  bytesPerSecond: z.int().min(8_192).optional(),
  /** When it downloads, by the wall's clock in its zone; empty: always. */
  hours: z.array(deviceHoursSchema).max(16).default([]),
  /** IANA zone; absent: that of the machine. */
  zone: z
    .string()
    .refine((zone) => isZone(zone), { message: 'not an IANA time zone' })
    .optional(),
  metered: z
    .strictObject({
      /** What a metered link may carry. */
      allow: z.union([
        z.literal('never'),
        z.literal('always'),
        z.strictObject({ belowBytes: z.int().min(1) }),
      ]),
      link: meteredLinkSchema,
    })
    .optional(),
  /** True: a recall or a recovery release waits for hours and link as well. */
  urgentWaits: z.boolean().default(false),
  /** A source that sends less is left for the next one. */
  slowest: z
    .strictObject({ bytesPerSecond: z.int().min(1), overSeconds: z.int().min(5).max(3_600) })
    .default({ bytesPerSecond: 256, overSeconds: 60 }),
  delta: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Most memory that putting an artifact together may take, bytes. */
      memoryBytes: z
        .int()
        .min(65_536)
        .default(256 * MIB),
    })
    .prefault({}),
});
export type DownloadSettings = z.infer<typeof downloadSettingsSchema>;
