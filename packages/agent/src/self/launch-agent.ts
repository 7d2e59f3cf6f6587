/** `tuesday-agent launch`: the service that never goes away, whatever becomes of the agents that it starts. */
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { isRefused, wallClock } from '@tuesday/protocol';
import { readConfigFile } from '../run/config-file.ts';
import { AGENT_VERSION } from '../run/version.ts';
import { realDisk } from '../storage/disk.ts';
import { launch } from './launcher.ts';
import { runExecutable } from './run-executable.ts';

/** @returns the exit code; 2 when the configuration cannot be used */
export async function launchAgent(file: string): Promise<number> {
  if (!isSea()) {
    process.stderr.write('launch: only the one-file executable can start itself; use run\n');
    return 2;
  }
  const read = await readConfigFile(file);
  if (isRefused(read)) {
    process.stderr.write(`${read.refused.code}: ${read.refused.because} (${read.refused.try})\n`);
    return 2;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(name)));
  return launch({
    folder: join(read.config.folder, 'agent'),
    packaged: { path: process.execPath, version: AGENT_VERSION },
    disk: realDisk,
    clock: wallClock(),
    random: Math.random,
    signal: stop.signal,
    run: (executable, signal) => runExecutable(executable, ['run', '--config', file], signal),
    log: (event, facts) => void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`),
  });
}
