/**
 * One agent as a process: `node packages/agent/src/run/main.ts --config agent.json`. Stops in good order on
 * SIGINT and SIGTERM.
 */
import { parseArgs } from 'node:util';
import { isRefused, parseClock, type Refusal, wallClock } from '@tuesday/protocol';
import { readConfigFile, readNamed } from './config-file.ts';
import { provision } from './provision.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';
import { feedWatchdog } from './watchdog.ts';

/** Real milliseconds between two attempts to enrol. */
const AGAIN = 10_000;

/** @returns the exit code */
function refusedStart({ code, because, try: advice }: Refusal): number {
  process.stderr.write(`${code}: ${because} (${advice})\n`);
  return 3;
}

async function main(file: string): Promise<number> {
  const read = await readConfigFile(file);
  if (isRefused(read)) return refusedStart(read.refused);
  const { config } = read;
  const { factory, fleetKeyFile, rootFile, watchdog, ...options } = config;
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
  if (factory && 'bundleFile' in factory) {
    const bundle = await readNamed('factory.bundleFile', factory.bundleFile);
    if (isRefused(bundle)) return refusedStart(bundle.refused);
    await provision(config.folder, factory.facts, bundle.bytes);
  }
  const written = factory && 'written' in factory ? factory.written : undefined;
  const secrets = { rootJson: root.bytes.toString('utf8'), fleetKey: key?.bytes.toString('utf8').trim() };
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
      if (isRefused(started)) return refusedStart(started.refused);
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
