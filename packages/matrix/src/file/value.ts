/** One value of a dimension, and how it is brought up. */
import { attributeValueSchema } from '@tuesday/protocol';
import * as z from 'zod';

/**
 * How a broker tells its version. Without a `value` its answer is the value; with one, an answer that differs means
 * that the cell is not what it says.
 */
export const readsSchema = z
  .object({
    /** A topic with a retained message. */
    topic: z.string().min(1).max(256).optional(),
    /** A shell command that prints it; it is given what the start command is given. */
    command: z.string().min(1).max(4_000).optional(),
    /** The text, with `{}` in place of the version, for instance `mosquitto version {}`. */
    says: z.string().max(128).default('{}').refine(oneGap, 'must contain {} once'),
    /** The value that it means, for instance `mosquitto {}`. */
    means: z.string().max(128).default('{}').refine(oneGap, 'must contain {} once'),
  })
  .refine(({ topic, command }) => (topic === undefined) !== (command === undefined), {
    message: 'expected either topic or command',
  });
export const readsFields = Object.keys(readsSchema.shape);
export type Reads = z.infer<typeof readsSchema>;

const portSchema = z.int().min(1).max(65_535);
const slugSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]{0,63}$/, 'use small letters, digits, "+", "." and "-"');

export const debianSchema = z.object({
  /** For instance `bookworm`. What a suite holds changes: the version is read, never assumed. */
  suite: slugSchema,
  package: slugSchema,
  /** Address of an archive of packages that is not Debian's own: Ubuntu's, or that of one's own packages. */
  archive: z
    .url({ protocol: /^(https?|file)$/, error: 'must be an address that begins with http, https or file' })
    .optional(),
  /** Of the archive; Ubuntu's mosquitto, for instance, is in `universe`. */
  components: z.array(slugSchema).min(1).max(16).default(['main']),
  /** The keys that sign the archive: a path on this machine, or beside `matrix.yaml`. Absent: Debian's. */
  keyring: z.string().min(1).max(1_000).optional(),
  /** Path of the program in the package; known for mosquitto and nats-server. */
  program: z
    .string()
    .regex(/^\/[^\0]{1,200}$/, 'must be an absolute path')
    .optional(),
});

export const containerSchema = z.object({
  image: z.string().min(1).max(300),
  /** Where the broker listens inside. */
  port: portSchema.default(1883),
  program: z.enum(['docker', 'podman']).default('docker'),
  /** More arguments of `run`, before the image. */
  args: z.array(z.string().max(500)).max(32).default([]),
  /** Instead of what the image starts by itself. */
  command: z.array(z.string().max(2_000)).max(64).default([]),
  /** Where the image looks for its configuration: `config` is there, and cannot be written. */
  configAt: z
    .string()
    .regex(/^\/[^\0:]{1,300}$/, 'must be an absolute path without ":"')
    .optional(),
});

export const addressSchema = z.object({ host: z.string().min(1).max(253), port: portSchema });

export const WAYS = ['debian', 'command', 'container', 'address', 'embedded'] as const;
export type Way = (typeof WAYS)[number];

export const valueSchema = z
  .object({
    /** Absent: what the broker says that it is. */
    value: attributeValueSchema.optional(),
    debian: debianSchema.optional(),
    /** A shell command that serves on $HOST and $PORT until it is ended. With `debian`, how its $PROGRAM is started. */
    command: z.string().min(1).max(4_000).optional(),
    container: containerSchema.optional(),
    /** Something that runs already; it is neither started nor ended. */
    address: addressSchema.optional(),
    /** The broker of this process. */
    embedded: z.literal('aedes').optional(),
    /** Text of the file $CONFIG; $HOST, $PORT, $DIR and $USER in it are replaced. */
    config: z.string().max(64_000).optional(),
    reads: readsSchema.optional(),
    /** Proposed although no device has it yet. */
    always: z.boolean().default(false),
  })
  .superRefine((value, context) => {
    const ways = waysOf(value);
    if (ways.length > 1)
      context.addIssue({
        code: 'custom',
        path: [ways[1] as string],
        message: `${ways[0]} already says how it is brought up`,
      });
    if (ways.length === 0 && value.value === undefined)
      context.addIssue({ code: 'custom', path: [], message: `expected value, or one of ${WAYS.join(', ')}` });
    if (ways.length === 0 && (value.config ?? value.reads) !== undefined)
      context.addIssue({
        code: 'custom',
        path: [],
        message: `config and reads want one of ${WAYS.join(', ')}`,
      });
    if (value.container?.configAt !== undefined && value.config === undefined)
      context.addIssue({
        code: 'custom',
        path: ['config'],
        message: `expected the text that is to be at ${value.container.configAt}`,
      });
    if (value.debian?.archive !== undefined && value.debian.keyring === undefined)
      context.addIssue({
        code: 'custom',
        path: ['debian', 'keyring'],
        message: 'expected the file with the keys that sign this archive',
      });
    if (
      value.value === undefined &&
      ways.some((way) => way !== 'debian' && way !== 'embedded') &&
      !value.reads
    )
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'expected value, or reads: how its version is read',
      });
  });
export const valueFields = Object.keys(valueSchema.shape);
export type MatrixValue = z.infer<typeof valueSchema>;

/** `command` beside `debian` only says how that is started. */
function waysOf(value: Partial<Record<Way, unknown>>): Way[] {
  return WAYS.filter((way) => value[way] !== undefined && !(way === 'command' && value.debian !== undefined));
}

/** Undefined for a value that is only told to the devices. */
export function wayOf(value: Partial<Record<Way, unknown>>): Way | undefined {
  return waysOf(value)[0];
}

export function broughtUp(value: Partial<Record<Way, unknown>>): boolean {
  return wayOf(value) !== undefined;
}

/** How a value is called before its broker was asked. */
export function nameBefore(value: MatrixValue): string {
  if (value.value !== undefined) return value.value;
  if (value.debian) return `${value.debian.package} of ${value.debian.suite}`;
  if (value.container) return value.container.image;
  if (value.address) return `${value.address.host}:${value.address.port}`;
  return value.embedded ?? (value.command as string).slice(0, 60);
}

function oneGap(text: string): boolean {
  return text.split('{}').length === 2;
}
