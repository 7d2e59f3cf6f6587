/**
 * One agent as a process: `node packages/agent/src/run/main.ts --config agent.json`. Stops in good order on
 * SIGINT and SIGTERM.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  deviceIdSchema,
  environmentSchema,
  hardwareSchema,
  isRefused,
  parseClock,
  targetCustomSchema,
  wallClock,
} from '@tuesday/protocol';
import * as z from 'zod';
import { agentConfig } from '../core/config.ts';
import type { RescueConfig } from '../core/types.ts';
import { relayConfigSchema } from '../relay/config.ts';
import { provision } from './provision.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';

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
  /** What the device leaves the factory with; ignored once it is provisioned. */
  factory: z.object({ bundleFile: z.string(), facts: targetCustomSchema }).optional(),
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
  customCheck: z
    .object({ command: z.string(), args: z.array(z.string()).default([]), timeoutMillis: z.int().min(1) })
    .optional(),
});

/** Real milliseconds between two attempts to enrol. */
const AGAIN = 10_000;

async function main(file: string, rescueNow: boolean): Promise<number> {
  const config = configSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const { factory, fleetKeyFile, rootFile, rescue, ...rest } = config;
  const options = { ...rest, rescueNow, settings: { rescue: rescueConfig(rescue) } };
  const log = (event: string, facts: object) =>
    void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(name)));
  if (factory) await provision(config.folder, factory.facts, await readFile(factory.bundleFile));
  const secrets = {
    rootJson: await readFile(rootFile, 'utf8'),
    fleetKey: fleetKeyFile === undefined ? undefined : (await readFile(fleetKeyFile, 'utf8')).trim(),
  };
  const clock = parseClock(process.env['TUESDAY_CLOCK']);
  let agent: RunningAgent | undefined;
  while (agent === undefined && !stop.signal.aborted) {
    try {
      const started = await runAgent({ ...options, ...secrets, clock, random: Math.random, log });
      if (isRefused(started)) {
        process.stderr.write(`${started.refused.because}: ${started.refused.try}\n`);
        return 3;
      }
      agent = started;
    } catch (error) {
      log('enrolment-failed', { because: (error as Error).message });
      await wallClock()
        .sleep(AGAIN, stop.signal)
        .catch(() => undefined);
    }
  }
  log('running', { device: config.device });
  if (!stop.signal.aborted) {
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  }
  await agent?.stop();
  return 0;
}

type RescueSection = z.infer<typeof configSchema>['rescue'];

/** What is not said is as the product has it. */
function rescueConfig(section: RescueSection): RescueConfig | null {
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

const { values } = parseArgs({
  options: { config: { type: 'string' }, rescue: { type: 'boolean', default: false } },
  strict: true,
});
if (values.config === undefined) {
  process.stderr.write('usage: main.ts --config agent.json [--rescue]\n');
  process.exitCode = 2;
} else {
  process.exitCode = await main(values.config, values.rescue).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
