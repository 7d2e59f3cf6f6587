/** A second fleet from its making to a confirmed update, by the command line and real agents over MQTT and HTTP. */
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBundle, provision, runAgent, type RunningAgent } from '@tuesday/agent';
import { clockOf, formatClock, isRefused, operatorClient, startClock } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerProcess } from './testing/server-process.ts';

/** An hour takes twelve seconds. */
const setting = startClock(Date.parse('2026-11-24T09:00:00Z'), 300);
const clock = clockOf(setting);
const HARDWARE = 'th-2';
const PROGRAM = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;
/** Enough that a delta is worth it. */
const BALLAST = Array.from({ length: 1_000 }, (_, line) => hash('sha256', String(line))).join('\n// ');
const bundleOf = (version: string) =>
  makeBundle({ version, hardware: HARDWARE }, `${PROGRAM}\n// ${BALLAST}\n`);

let server: ServerProcess;
const agents: RunningAgent[] = [];
const logged: string[] = [];

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(setting));
  await server.start();
}, 120_000);
afterAll(async () => {
  for (const agent of agents) await agent.stop();
  await server.remove();
});

const garden = (...args: string[]) => server.tuesday(...args, '--fleet', 'garden');

async function publish(version: string, more: string[]): Promise<void> {
  writeFileSync(join(server.folder, `${version}.bundle`), bundleOf(version));
  const artifact = `${HARDWARE}=${version}.bundle`;
  await garden('release', 'create', '--version', version, '--artifact', artifact, ...more);
  for (const who of ['alice', 'bob'])
    await garden('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
}

async function startDevice(device: string, fleetKey: string): Promise<void> {
  const folder = join(server.folder, device);
  const facts = { tuesday: 1, version: '1.0.0', hardware: HARDWARE, securityVersion: 0 } as const;
  await provision(folder, facts, bundleOf('1.0.0'));
  const agent = await runAgent({
    folder,
    server: `${server.url}/fleets/garden`,
    device,
    hardware: HARDWARE,
    fleetKey,
    rootJson: readFileSync(join(server.folder, 'keys/root.json'), 'utf8'),
    environment: { hardware: HARDWARE },
    clock,
    random: Math.random,
    mqttGraceMillis: 36_000_000,
    log: (event) => logged.push(event),
  });
  if (isRefused(agent)) throw new Error(agent.refused.because);
  agents.push(agent);
}

test('a fleet is made, trusted, given devices and a release, and updates apart from the first one', async () => {
  await server.tuesday('fleet', 'create', 'garden', '--name', 'The garden');
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await garden('keys', 'install', '--dir', 'keys');
  await publish('1.0.0', []);
  await publish('1.1.0', ['--way-back', '1.0.0']);
  const { fleetKey } = JSON.parse(await garden('fleet', 'key', '--because', 'a test', '--json')) as {
    fleetKey: string;
  };
  for (const device of ['g-1', 'g-2', 'g-3']) await startDevice(device, fleetKey);
  const token = server.secret('operator.json', 'token');
  const client = operatorClient(`${server.url}/fleets/garden`, token, fetch);
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  const calendar = { zone: 'UTC', windows: [{ days: [...days], from: '00:00', to: '24:00' }] };
  await client.call('setPolicy', {
    body: {
      policy: { calendar, watch: { required: false }, approvals: { needed: 0 } },
      because: 'a test that knows no night',
    },
  });
  const running = async () =>
    (await client.call('listDevices', { query: {} })).devices.map(({ version }) => version);
  while ((await running()).filter((version) => version === '1.0.0').length < 3) await clock.sleep(60_000);
  const delta = async () => (await client.call('viewRelease', { params: { version: '1.1.0' } })).deltas?.[0];
  while ((await delta())?.state !== 'made') await clock.sleep(60_000);
  const plan = { name: 'garden', release: '1.1.0', stages: [{ share: 1, soak: '1h' }], holdOut: 0 };
  const { rollout } = await client.call('createRollout', {
    body: { ...plan, silentAfter: '45m', probation: '10m' },
  });
  await client.call('startRollout', { params: { rollout }, body: {} });
  while ((await running()).some((version) => version !== '1.1.0')) await clock.sleep(60_000);

  expect(logged.filter((event) => event === 'from-delta' || event === 'whole-artifact')).toEqual(
    Array(3).fill('from-delta'),
  );
  expect((await server.operator.call('status')).devices).toBe(0);
  expect((await server.operator.call('listReleases')).releases).toEqual([]);
  // A device that was quicker than its MQTT session comes back to it by itself.
  const transport = async () =>
    (await client.call('viewDevice', { params: { device: 'g-1' } })).report?.transport;
  while ((await transport()) !== 'mqtt') await clock.sleep(60_000);
  const { token: own, announcements } = JSON.parse(
    readFileSync(join(server.folder, 'g-1', 'identity.json'), 'utf8'),
  ) as { token: string; announcements: string };
  expect([own.slice(0, 16), announcements]).toEqual([
    'tsd2.garden.g-1.',
    'tuesday/v1/fleets/garden/announcements',
  ]);
}, 240_000);
