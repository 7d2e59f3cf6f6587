/** The health section of the agent's configuration: which checks a device makes, how often, and when they count. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import * as z from 'zod';
import type { ApplicationConfig } from './application-config.ts';

const every = {
  /** Reported when it is the first that fails. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, a letter first'),
  /** Real milliseconds; a check that takes longer has failed. Less than the minute between two looks at a trial. */
  timeoutMillis: z.int().min(1).max(50_000).default(5_000),
  /** Looked at so often, and each change is told at once; absent: whenever the device looks at its health. */
  everyMillis: z.int().min(1_000).max(86_400_000).optional(),
  /** at-confirm: it may fail while a version is tried, but not at the moment at which it would be confirmed. */
  holds: z.enum(['always', 'at-confirm']).default('always'),
  /** Weighed against what the device has known before; absent: yes for `port`, `http` and `mqtt`. */
  byPast: z.boolean().optional(),
};

const unitName = z.string().regex(/^[A-Za-z0-9:_.@\\-]{1,200}$/, 'the name of a systemd unit');

const errorSourceSchema = z.discriminatedUnion('source', [
  /** Printed by the firmware as `{"error":"0x45"}`. */
  z.strictObject({ source: z.literal('firmware') }),
  /** The last line of a file that has been written since the firmware was started. */
  z.strictObject({ source: z.literal('file'), file: z.string().min(1) }),
  /** Entries of a unit in the journal: the field `TUESDAY_ERROR`, or `marker` and a code in the message. */
  z.strictObject({
    source: z.literal('journal'),
    unit: unitName,
    marker: z.string().min(1).max(40).default('ERROR '),
  }),
]);

export const checkSchema = z.discriminatedUnion('kind', [
  /** The firmware runs. */
  z.strictObject({ kind: z.literal('process'), ...every }),
  /** `systemctl is-active` says so. */
  z.strictObject({ kind: z.literal('unit'), ...every, unit: unitName }),
  /** A TCP connection comes about. */
  z.strictObject({
    kind: z.literal('port'),
    ...every,
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(1).max(65_535),
  }),
  /** An answer with this status, and with this text in its first 64 KiB. Redirects are not followed. */
  z.strictObject({
    kind: z.literal('http'),
    ...every,
    url: z.url({ protocol: /^https?$/ }),
    status: z.int().min(100).max(599).default(200),
    contains: z.string().min(1).max(1_000).optional(),
  }),
  /** With `url`: a short session of the check's own. Without: the session of the firmware, as it tells. */
  z.strictObject({
    kind: z.literal('mqtt'),
    ...every,
    url: z.url({ protocol: /^(mqtt|mqtts|ws|wss)$/ }).optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    /** The firmware's session may be down for so long. */
    graceMillis: z.int().min(0).default(120_000),
  }),
  /** None is raised. */
  z.strictObject({ kind: z.literal('error-code'), ...every, from: errorSourceSchema }),
  /** The program ends with 0. */
  z.strictObject({
    kind: z.literal('command'),
    ...every,
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
  }),
]);
export type Check = z.infer<typeof checkSchema>;
export type CheckOf<K extends Check['kind']> = Extract<Check, { kind: K }>;

export const healthConfigSchema = z.strictObject({
  /** In the order in which they are named when several fail. */
  checks: z
    .array(checkSchema)
    .min(1)
    .max(32)
    .superRefine((checks, context) =>
      checks.forEach(({ name }, index) => {
        if (checks.findIndex((other) => other.name === name) === index) return;
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `${name} is there twice` });
      }),
    ),
  /** A version is not confirmed before it has run without a restart for so long, milliseconds. */
  survivalMillis: z
    .int()
    .min(0)
    .max(30 * 86_400_000)
    .default(0),
});
export type HealthConfig = z.infer<typeof healthConfigSchema>;

const CONNECTIONS: ReadonlySet<Check['kind']> = new Set(['port', 'http', 'mqtt']);

/** Is a failure of this check weighed against the device's own past? */
export function isByPast({ kind, byPast }: Check): boolean {
  return byPast ?? CONNECTIONS.has(kind);
}

/** One command, for devices without a health section. */
export interface CustomCheck {
  readonly command: string;
  readonly args: readonly string[];
  /** Real milliseconds; a command that takes longer has failed. */
  readonly timeoutMillis: number;
}

/** What a device without a health section looks at. */
export function usualChecks(options: {
  readonly application: ApplicationConfig['kind'];
  readonly mqttGraceMillis: number;
  readonly custom?: CustomCheck | undefined;
}): Check[] {
  const common = { timeoutMillis: 5_000, holds: 'always' } as const;
  const { custom, mqttGraceMillis } = options;
  const checks: Check[] = [{ kind: 'process', name: 'process', ...common }];
  if (tells(options.application)) {
    checks.push({ kind: 'error-code', name: 'error-code', ...common, from: { source: 'firmware' } });
    checks.push({ kind: 'mqtt', name: 'mqtt', ...common, graceMillis: mqttGraceMillis });
  }
  if (custom !== undefined)
    checks.push({ kind: 'command', name: 'custom', ...common, ...custom, args: [...custom.args] });
  return checks;
}

/** Only firmware that the agent starts itself can tell it anything. */
function tells(kind: ApplicationConfig['kind']): boolean {
  return kind === 'process' || kind === 'program';
}

/** What the schema cannot see: a check that waits for words which this firmware has no way to say. */
export function judgeChecks(
  checks: readonly Check[],
  application: ApplicationConfig['kind'],
): OrRefused<{ checks: readonly Check[] }> {
  if (tells(application)) return { checks };
  const index = checks.findIndex(
    (check) =>
      (check.kind === 'mqtt' && check.url === undefined) ||
      (check.kind === 'error-code' && check.from.source === 'firmware'),
  );
  const check = checks[index];
  if (check === undefined) return { checks };
  const field = `health.checks.${index}.${check.kind === 'mqtt' ? 'url' : 'from'}`;
  const because = `${field}: firmware of the kind ${application} is not started by the agent and cannot tell it.`;
  return { refused: refuse('config-invalid', because, { field }) };
}
