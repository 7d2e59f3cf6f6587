/** How the firmware is started and watched: one section of the agent's configuration. */
import * as z from 'zod';

const watched = {
  /** Looked at so often, milliseconds. */
  pollMillis: z.int().min(100).max(3_600_000).default(5_000),
};

export const applicationConfigSchema = z.discriminatedUnion('kind', [
  /** The program of the slot, as a child process. */
  z.strictObject({ kind: z.literal('process') }),
  /** A fixed program of the booted system, as a child process. */
  z.strictObject({
    kind: z.literal('program'),
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
  }),
  /** A systemd unit that the agent starts and stops; `{slot}` in its name stands for `a` or `b`. */
  z.strictObject({
    kind: z.literal('unit'),
    unit: z.string().regex(/^[A-Za-z0-9:_.@\\{}-]{1,200}$/, 'the name of a systemd unit'),
    ...watched,
  }),
  /** Started by the boot itself; with `pidFile` the agent sees it end. */
  z.strictObject({ kind: z.literal('external'), pidFile: z.string().min(1).optional(), ...watched }),
]);
export type ApplicationConfig = z.infer<typeof applicationConfigSchema>;
