/**
 * The Friday demo against a running control plane: keys, releases, a fleet, a rollout. Every step asks what
 * exists already, so a demo that was stopped or killed goes on where it was.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type OperatorClient, operatorClient, wallClock } from '@tuesday/protocol';
import { startDemoFleet } from '@tuesday/simulator';
import { openDemoTrust } from './demo-keys.ts';
import { openDemoPeople } from './demo-people.ts';
import { publishDemoRelease } from './demo-releases.ts';
import { followRollout, setDemoRoster, startDemoRollout } from './demo-rollout.ts';

export interface DemoOptions {
  /** The server's data folder, for its address and keys; the demo keeps its own things in `demo` there. */
  readonly data: string;
  readonly devices: number;
  /** Where the server's MQTT is now; absent: where each device was told when it enrolled. */
  readonly mqtt?: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the demo. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Resolves when the signal has ended it and every device has been stopped. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { data, devices, mqtt, clock, random, say } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const { server, token } = await readFacts<{ server: string; token: string }>(data, 'operator.json');
  const { fleetKey } = await readFacts<{ fleetKey: string }>(data, 'fleet.json');
  const client = operatorClient(server, token, (url, init) => fetch(url, init));
  const folder = join(data, 'demo');

  const trust = await openDemoTrust(folder, clock.now());
  if (!(await client.call('status')).trustInstalled) {
    await client.call('installTrust', { body: trust.install });
    say('trust: root and targets belong to alice and bob, two signatures each');
  }
  const people = await openDemoPeople(client, server, folder, say);
  await setDemoRoster(people, (await client.call('viewPolicy')).policy.calendar.zone);
  for (const version of ['3.2.4', '3.2.5']) await publishDemoRelease(client, trust, version, say);

  const fleet = await startDemoFleet({
    server,
    fleetKey,
    root: trust.install.root,
    folder: join(folder, 'devices'),
    devices,
    mqtt,
    clock,
    random,
  });
  try {
    say(`${devices} devices are switched on, one after the other`);
    const failed = fleet.started.then(() => new Promise<never>(() => undefined));
    await Promise.race([failed, untilEverybodyReported(client, devices, signal, say)]);
    const rollout = await startDemoRollout(people, say);
    await followRollout(client, rollout, clock, signal, say);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    over.abort(new Error('the demo is over'));
    await fleet.stop();
  }
}

/** Real milliseconds between two looks. */
const LOOK_EVERY = 1_000;

/** After so many real milliseconds the story begins with the devices that are there, if that is this share. */
const PATIENCE = 40_000;
const ENOUGH = 0.85;

/** A device counts when it has told which broker it found: only then it belongs to its stratum. */
async function untilEverybodyReported(
  client: OperatorClient,
  devices: number,
  signal: AbortSignal,
  say: DemoOptions['say'],
): Promise<void> {
  let told = 0;
  const wall = wallClock();
  const since = wall.now();
  for (;;) {
    const { environment } = await client.call('viewFleet');
    const reported = (environment['broker'] ?? []).reduce((sum, broker) => sum + broker.devices, 0);
    const patient = wall.now() - since < PATIENCE;
    if (reported >= (patient ? devices : ENOUGH * devices)) return say(`${reported} devices have reported`);
    if (reported >= told + devices / 4) {
      told = reported;
      say(`${reported} of ${devices} devices have reported`);
    }
    await wall.sleep(LOOK_EVERY, signal);
  }
}

async function readFacts<T>(data: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(data, name), 'utf8')) as T;
}
