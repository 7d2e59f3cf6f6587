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
import { backEndSchema } from '../boot/back-end.ts';
import { signedTargetSchema } from '../core/journal.ts';
import { downloadSettingsSchema } from '../download/settings.ts';
import { provision } from './provision.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';
import { feedWatchdog } from './watchdog.ts';

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
  /** Boot loader and slots; process slots in the folder by default. */
  backEnd: backEndSchema.optional(),
  /** Where the server's MQTT is, when that is known better than at enrolment; `none`: HTTP only. */
  mqtt: z.union([z.url(), z.literal('none')]).optional(),
  /** The machine's watchdog, which restarts it when the agent hangs. */
  watchdog: z
    .strictObject({ device: z.string().min(1), everyMillis: z.int().min(100).default(2_000) })
    .optional(),
  download: downloadSettingsSchema.optional(),
  customCheck: z
    .object({ command: z.string(), args: z.array(z.string()).default([]), timeoutMillis: z.int().min(1) })
    .optional(),
});

/** Real milliseconds between two attempts to enrol. */
const AGAIN = 10_000;

async function main(file: string): Promise<number> {
  const config = configSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const { factory, fleetKeyFile, rootFile, watchdog, ...options } = config;
  const log = (event: string, facts: object) =>
    void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(name)));
  // It is fed before the agent runs: a start that hangs is a failed boot, too.
  const fed = watchdog && feedWatchdog(watchdog, stop.signal);
  fed?.catch((error: unknown) => log('watchdog-lost', { because: (error as Error).message }));
  if (factory && 'bundleFile' in factory) {
    await provision(config.folder, factory.facts, await readFile(factory.bundleFile));
  }
  const written = factory && 'written' in factory ? factory.written : undefined;
  const secrets = {
    rootJson: await readFile(rootFile, 'utf8'),
    fleetKey: fleetKeyFile === undefined ? undefined : (await readFile(fleetKeyFile, 'utf8')).trim(),
  };
  const clock = parseClock(process.env['TUESDAY_CLOCK']);
  let agent: RunningAgent | undefined;
  while (agent === undefined && !stop.signal.aborted) {
    try {
      const started = await runAgent({
        ...options,
        ...secrets,
        factory: written,
        clock,
        random: Math.random,
        log,
      });
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
  await fed?.catch(() => undefined);
  return 0;
}

const { values } = parseArgs({ options: { config: { type: 'string' } }, strict: true });
if (values.config === undefined) {
  process.stderr.write('usage: main.ts --config agent.json\n');
  process.exitCode = 2;
} else {
  // Nothing is awaited here: the one-file agent is CommonJS, which cannot.
  main(values.config).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
