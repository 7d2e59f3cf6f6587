/** The two processes of `npm start`: the control plane, and the demo's fleet. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { root } from '../files.ts';

export interface Ready {
  readonly url: string;
  readonly mqtt?: string;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly ready: Ready;
}

/**
 * Starts the control plane and waits for its ready line. What it says on stderr is passed on.
 *
 * @throws Error with its exit code when it ends before it is ready; its own words stand on stderr
 */
export async function startServer(
  data: string,
  port: number,
  environment: Record<string, string>,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(root, 'packages/server/src/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      ...environment,
      TUESDAY_DATA: data,
      TUESDAY_PORT: String(port),
      TUESDAY_LOCK_WAIT: '30',
    },
    // The channel is the leash: when this process ends, however it ends, the child sees it.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Its own process group: Ctrl-C reaches it through us, after the fleet has gone.
    detached: true,
  });
  const lines = createInterface({ input: child.stdout as Readable });
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the control plane ended before it was ready (exit ${code})`)),
    );
    lines.on('line', (line) => {
      const said = readyLine(line);
      if (said) resolve(said);
    });
  });
  return { child, ready };
}

/** @returns undefined for a line that is something else */
export function readyLine(line: string): Ready | undefined {
  try {
    const said = JSON.parse(line) as { ready?: unknown; url?: unknown; mqtt?: unknown };
    if (said.ready !== true || typeof said.url !== 'string') return undefined;
    return typeof said.mqtt === 'string' ? { url: said.url, mqtt: said.mqtt } : { url: said.url };
  } catch {
    return undefined;
  }
}

export function startDemo(data: string, devices: number, environment: Record<string, string>): ChildProcess {
  const args = ['packages/cli/src/main.ts', 'demo', '--data', data, '--devices', String(devices)];
  return spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}

/** Asks a process to end and waits for it; after the grace it is killed. */
export async function end(child: ChildProcess, graceMillis: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMillis);
  await gone;
  clearTimeout(timer);
}
