/** One agent as a process, by its configuration file. Stops in good order on SIGINT and SIGTERM. */
import { join } from 'node:path';
import { isRefused, parseClock, type Refusal, type TargetCustom, wallClock } from '@tuesday/protocol';
import { useConnections } from '../transport/connections.ts';
import { Reconnects } from '../transport/reconnects.ts';
import { readConfigFile, readNamed, rescueSettings } from './config-file.ts';
import { readNetwork } from './network-config.ts';
import { keepAgentCurrent } from '../self/keep-agent-current.ts';
import { START_AGAIN } from '../self/launcher.ts';
import { isProvisioned, provision } from './provision.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';
import { tidyMemory } from './tidy-memory.ts';
import { AGENT_VERSION } from './version.ts';
import { feedWatchdog } from './watchdog.ts';

/** Attempts to enrol, real milliseconds: devices that are unpacked together do not come together. */
const ENROLMENT = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };

/** @returns the exit code: 2 for what another start would only repeat, 3 for a server that says no */
function refusedStart({ code, because, try: advice, field }: Refusal): number {
  const where = field === undefined || because.startsWith(field) ? '' : `${field}: `;
  process.stderr.write(`${code}: ${where}${because} (${advice})\n`);
  return code === 'config-invalid' ? 2 : 3;
}

/** What left the factory is read when it is needed, and is not kept in memory: it may be larger than the agent. */
async function provisionFrom(
  folder: string,
  { bundleFile, facts }: { readonly bundleFile: string; readonly facts: TargetCustom },
): Promise<Refusal | undefined> {
  if (await isProvisioned(folder, facts)) return undefined;
  const bundle = await readNamed('factory.bundleFile', bundleFile);
  if (isRefused(bundle)) return bundle.refused;
  await provision(folder, facts, bundle.bytes);
  return undefined;
}

/**
 * @param rescueNow look for a recovery release at once
 * @returns the exit code: 0 when it was told to stop, `START_AGAIN` when its launcher is to start another agent
 */
export async function runAgentProcess(file: string, rescueNow: boolean): Promise<number> {
  const read = await readConfigFile(file);
  if (isRefused(read)) return refusedStart(read.refused);
  const { config } = read;
  const { factory, fleetKeyFile, rootFile, watchdog, network: wanted, rescue, selfUpdate, ...rest } = config;
  const settings = { agent: AGENT_VERSION, rescue: rescueSettings(rescue) };
  const options = { ...rest, rescueNow, settings };
  const network = await readNetwork(wanted, process.env);
  if (isRefused(network)) return refusedStart(network.refused);
  useConnections(network);
  const log = (event: string, facts: object) =>
    void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(name)));
  // It is fed before the agent runs: a start that hangs is a failed boot, too.
  const fed = watchdog && feedWatchdog(watchdog, stop.signal);
  fed?.catch((error: unknown) => log('watchdog-lost', { because: (error as Error).message }));
  const root = await readNamed('rootFile', rootFile);
  if (isRefused(root)) return refusedStart(root.refused);
  const key = fleetKeyFile === undefined ? undefined : await readNamed('fleetKeyFile', fleetKeyFile);
  if (key !== undefined && isRefused(key)) return refusedStart(key.refused);
  const unusable = factory && 'bundleFile' in factory && (await provisionFrom(config.folder, factory));
  if (unusable) return refusedStart(unusable);
  const written = factory && 'written' in factory ? factory.written : undefined;
  const secrets = { rootJson: root.bytes.toString('utf8'), fleetKey: key?.bytes.toString('utf8').trim() };
  const clock = parseClock(process.env['TUESDAY_CLOCK']);
  const attempts = new Reconnects(ENROLMENT, wallClock(), Math.random);
  let agent: RunningAgent | undefined;
  while (agent === undefined && !stop.signal.aborted) {
    try {
      const started = await runAgent({
        ...options,
        ...secrets,
        factory: written,
        network,
        mqtt: wanted.mqtt.url ?? options.mqtt,
        clock,
        random: Math.random,
        log,
      });
      if (isRefused(started)) return refusedStart(started.refused);
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
  void tidyMemory({ clock: wallClock(), signal: stop.signal });
  let code = 0;
  const self =
    selfUpdate &&
    agent &&
    keepAgentCurrent({
      section: selfUpdate,
      folder: join(config.folder, 'agent'),
      device: config.device,
      agent,
      clock,
      log,
      stop: stop.signal,
      restart: () => {
        code = START_AGAIN;
        stop.abort(new Error('another agent takes over'));
      },
    });
  if (!stop.signal.aborted) {
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  }
  await self;
  await agent?.stop();
  await fed?.catch(() => undefined);
  return code;
}
