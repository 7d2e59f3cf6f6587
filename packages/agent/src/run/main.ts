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
  refuseParse,
  targetCustomSchema,
  wallClock,
} from '@tuesday/protocol';
import * as z from 'zod';
import { useConnections } from '../transport/connections.ts';
import { Reconnects } from '../transport/reconnects.ts';
import { networkSchema, readNetwork } from './network-config.ts';
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
  customCheck: z
    .object({ command: z.string(), args: z.array(z.string()).default([]), timeoutMillis: z.int().min(1) })
    .optional(),
  network: networkSchema,
});

/** Attempts to enrol, real milliseconds: devices that are unpacked together do not come together. */
const ENROLMENT = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };

async function main(file: string): Promise<number> {
  const parsed = configSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) {
    process.stderr.write(`${file}: ${refuseParse(parsed.error).because}\n`);
    return 2;
  }
  const config = parsed.data;
  const { factory, fleetKeyFile, rootFile, network: wanted, ...options } = config;
  const network = await readNetwork(wanted, process.env);
  if (isRefused(network)) {
    process.stderr.write(`${file}: ${network.refused.field}: ${network.refused.because}\n`);
    return 2;
  }
  useConnections(network);
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
  const attempts = new Reconnects(ENROLMENT, wallClock(), Math.random);
  let agent: RunningAgent | undefined;
  while (agent === undefined && !stop.signal.aborted) {
    try {
      const started = await runAgent({
        ...options,
        ...secrets,
        network,
        mqtt: wanted.mqtt.url,
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
      attempts.failed();
      log('enrolment-failed', { because: (error as Error).message });
      await wallClock()
        .sleep(attempts.next(), stop.signal)
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

const { values } = parseArgs({ options: { config: { type: 'string' } }, strict: true });
if (values.config === undefined) {
  process.stderr.write('usage: main.ts --config agent.json\n');
  process.exitCode = 2;
} else {
  process.exitCode = await main(values.config).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
