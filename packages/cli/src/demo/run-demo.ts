/**
 * The Friday demo against a running control plane: keys, releases, a fleet, a rollout. Every step asks what
 * exists already, so a demo that was stopped or killed goes on where it was.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type OperatorClient, operatorClient, wallClock } from '@tuesday/protocol';
import { startDemoFleet } from '@tuesday/simulator';
import { openDemoTrust } from './demo-keys.ts';
import { publishDemoRelease } from './demo-releases.ts';
import { followRollout, startDemoRollout } from './demo-rollout.ts';

export interface DemoOptions {
  /** The server's data folder, for its address and keys; the demo keeps its own things in `demo` there. */
  readonly data: string;
  readonly devices: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the demo. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Resolves when the signal has ended it and every device has been stopped. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { data, devices, clock, random, signal, say } = options;
  const { server, token } = await readFacts<{ server: string; token: string }>(data, 'operator.json');
  const { fleetKey } = await readFacts<{ fleetKey: string }>(data, 'fleet.json');
  const client = operatorClient(server, token, (url, init) => fetch(url, init));
  const folder = join(data, 'demo');

  const trust = await openDemoTrust(folder, clock.now());
  if (!(await client.call('status')).trustInstalled) {
    await client.call('installTrust', { body: trust.install });
    say('trust: root and targets belong to alice and bob, two signatures each');
  }
  for (const version of ['3.2.4', '3.2.5']) await publishDemoRelease(client, trust, version, say);

  const fleet = await startDemoFleet({
    server,
    fleetKey,
    root: trust.install.root,
    folder: join(folder, 'devices'),
    devices,
    clock,
    random,
  });
  try {
    say(`${devices} devices are switched on, one after the other`);
    await untilEverybodyReported(client, devices, fleet.started, signal);
    say(`all ${devices} devices have reported`);
    const rollout = await startDemoRollout(client, say);
    await followRollout(client, rollout, clock, signal, say);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await fleet.stop();
  }
}

/** Real milliseconds between two looks. */
const LOOK_EVERY = 500;

async function untilEverybodyReported(
  client: OperatorClient,
  devices: number,
  started: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await started;
  for (;;) {
    const { versions } = await client.call('viewFleet');
    if (versions.reduce((sum, { devices }) => sum + devices, 0) >= devices) return;
    await wallClock().sleep(LOOK_EVERY, signal);
  }
}

async function readFacts<T>(data: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(data, name), 'utf8')) as T;
}
