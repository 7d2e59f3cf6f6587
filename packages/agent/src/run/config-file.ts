/** The agent's configuration file: JSON, judged whole before anything is done. */
import { readFile } from 'node:fs/promises';
import {
  deviceIdSchema,
  environmentSchema,
  hardwareSchema,
  isRefused,
  type OrRefused,
  refuse,
  refuseParse,
  targetCustomSchema,
} from '@tuesday/protocol';
import * as z from 'zod';
import { backEndSchema } from '../boot/back-end.ts';
import { agentConfig } from '../core/config.ts';
import { signedTargetSchema } from '../core/journal.ts';
import type { RescueConfig } from '../core/types.ts';
import { downloadSettingsSchema } from '../download/settings.ts';
import { applicationConfigSchema } from '../health/application-config.ts';
import { healthConfigSchema, judgeChecks } from '../health/declared.ts';
import { selfUpdateSchema } from '../self/keep-agent-current.ts';
import { relayConfigSchema } from '../relay/config.ts';
import { networkSchema } from './network-config.ts';

const configSchema = z.strictObject({
  folder: z.string().min(1),
  server: z.url(),
  device: deviceIdSchema,
  hardware: hardwareSchema,
  /** File with the fleet key; needed until the device is enrolled. */
  fleetKeyFile: z.string().optional(),
  /** File with the root metadata that is trusted from the start. */
  rootFile: z.string(),
  environment: environmentSchema.default({}),
  /** Environment variables of the firmware. */
  firmware: z.record(z.string(), z.string()).default({}),
  /**
   * What the device leaves the factory with; ignored once it is provisioned. For process slots the file with the
   * bundle, for others what the factory wrote to the slot that runs.
   */
  factory: z
    .union([
      z.strictObject({ bundleFile: z.string(), facts: targetCustomSchema }),
      z.strictObject({ written: signedTargetSchema }),
    ])
    .optional(),
  /** Boot loader and slots; absent: process slots in the folder. */
  backEnd: backEndSchema.optional(),
  /** Neighbours: `docs/relay.md`. */
  relay: relayConfigSchema.optional(),
  /** When the device looks for a recovery release by itself; false: never. */
  rescue: z
    .union([
      z.literal(false),
      z.strictObject({
        afterSeconds: z.int().min(1).optional(),
        unreachedSeconds: z.int().min(1).optional(),
        wellSeconds: z.int().min(1).optional(),
        probationSeconds: z.int().min(0).optional(),
        retrySeconds: z.int().min(1).optional(),
      }),
    ])
    .default({}),
  /** The agent keeps itself current; absent: its package does. */
  selfUpdate: selfUpdateSchema.optional(),
  /** MQTT, certificates, proxies. */
  network: networkSchema,
  /** Where the server's MQTT is, when that is known better than at enrolment; `none`: HTTP only. */
  mqtt: z.union([z.url(), z.literal('none')]).optional(),
  /** The machine's watchdog, which restarts it when the agent hangs. */
  watchdog: z
    .strictObject({ device: z.string().min(1), everyMillis: z.int().min(100).default(2_000) })
    .optional(),
  /** Sources, limits, hours and deltas of downloads. */
  download: downloadSettingsSchema.optional(),
  /** How the firmware is started and watched; absent: as its slots suggest. */
  application: applicationConfigSchema.optional(),
  /** What is looked at, and when it counts; absent: the usual checks. */
  health: healthConfigSchema.optional(),
  /** One more check, for devices without a health section. */
  customCheck: z
    .object({ command: z.string(), args: z.array(z.string()).default([]), timeoutMillis: z.int().min(1) })
    .optional(),
});
export type ConfigFile = z.infer<typeof configSchema>;

/** @returns refused `config-invalid`, with the field: `health.checks.2.timeoutMillis` */
export async function readConfigFile(file: string): Promise<OrRefused<{ config: ConfigFile }>> {
  const read = await readNamed('the configuration', file);
  return isRefused(read) ? read : parseConfig(read.bytes.toString('utf8'));
}

/** @returns refused `config-invalid` when the file that a field names cannot be read */
export async function readNamed(field: string, file: string): Promise<OrRefused<{ bytes: Buffer }>> {
  try {
    return { bytes: await readFile(file) };
  } catch (error) {
    const because = `${field}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`;
    return { refused: refuse('config-invalid', because, { field }) };
  }
}

export function parseConfig(text: string): OrRefused<{ config: ConfigFile }> {
  const json = jsonIn(text);
  if (json === undefined) return { refused: refuse('config-invalid', 'the configuration is not JSON.') };
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) return { refused: refuseParse(parsed.error, 'config-invalid') };
  const { health, application } = parsed.data;
  if (health !== undefined) {
    const judged = judgeChecks(health.checks, application?.kind ?? 'process');
    if (isRefused(judged)) return judged;
  }
  return { config: parsed.data };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What is not said is as the product has it. */
export function rescueSettings(section: ConfigFile['rescue']): RescueConfig | null {
  const { rescue: usual } = agentConfig({ device: 'any', hardware: 'any' });
  if (section === false || usual === null) return null;
  const millis = (seconds: number | undefined, fallback: number) =>
    seconds === undefined ? fallback : seconds * 1_000;
  const capMillis = millis(section.retrySeconds, usual.backOff.capMillis);
  return {
    ...usual,
    afterMillis: millis(section.afterSeconds, usual.afterMillis),
    unreachedMillis: millis(section.unreachedSeconds, usual.unreachedMillis),
    wellMillis: millis(section.wellSeconds, usual.wellMillis),
    backOff: { baseMillis: Math.min(usual.backOff.baseMillis, capMillis), capMillis },
    probationSeconds: section.probationSeconds ?? usual.probationSeconds,
  };
}
