/** Devices without a way to the server are mended over a real link to a neighbour. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeBundle } from '@tuesday/agent';
import { formatClock, startClock } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AgentProcess, type AgentSetup, DEAD, HEALTHY } from '../testing/agent-process.ts';
import { HERE, Namespaces } from '../testing/namespaces.ts';
import { root, ServerProcess } from '../testing/server-process.ts';

/** A minute takes a second. */
const clock = formatClock(startClock(Date.parse('2026-11-21T20:00:00Z'), 60));
const HARDWARE = 'th-2';
const RESCUE = { afterSeconds: 60, wellSeconds: 600, probationSeconds: 60, retrySeconds: 120 };

let networks: Namespaces;
let server: ServerProcess;
let rootJson: string;
const open: AgentProcess[] = [];

beforeAll(async () => {
  networks = new Namespaces();
  networks.add('server');
  const desk = networks.join(HERE, 'server');
  server = await ServerProcess.make(clock, {}, { through: networks.through('server'), address: desk.b });
  await server.start();
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  rootJson = await (await fetch(`${server.url}/device/v1/trust/metadata/1.root.json`)).text();
  writeFileSync(
    join(server.folder, 'mends.bundle'),
    makeBundle({ version: '3.2.7', hardware: HARDWARE }, HEALTHY),
  );
  const artifact = `${HARDWARE}=mends.bundle`;
  await server.tuesday('release', 'create', '--version', '3.2.7', '--recovery', '--artifact', artifact);
  for (const who of ['alice', 'bob'])
    await server.tuesday('release', 'sign', '3.2.7', '--key', `keys/offline/${who}.targets.json`);
});
afterAll(async () => {
  for (const agent of open) await agent.end();
  await server?.remove();
  networks?.remove();
});

async function agent(
  setup: Pick<AgentSetup, 'device' | 'server' | 'more' | 'version' | 'firmware' | 'through'>,
) {
  const { device } = setup;
  const body = JSON.stringify({ protocol: 1, device, hardware: HARDWARE });
  const headers = {
    authorization: `Bearer ${server.secret('fleet.json', 'fleetKey')}`,
    'content-type': 'application/json',
  };
  const answer = await fetch(`${server.url}/device/v1/enrol`, { method: 'POST', headers, body });
  const { token } = (await answer.json()) as { token: string };
  const made = await AgentProcess.make({
    folder: server.folder,
    hardware: HARDWARE,
    rootJson,
    clock,
    token,
    ...setup,
  });
  open.push(made);
  return made;
}

const BEACON_PORT = 48_485;
const MESH_PORT = 48_486;
const lan = (...addresses: string[]) => ({ lan: { addresses, beaconPort: BEACON_PORT, beaconSeconds: 5 } });
const mesh = (address: string, ...peers: string[]) => ({
  kind: 'udp',
  address,
  port: MESH_PORT,
  peers: peers.map((peer) => `${peer}:${MESH_PORT}`),
  segmentsPerSecond: 400,
  relayDelayMillis: 10,
});
const journalOf = (one: AgentProcess) =>
  JSON.parse(readFileSync(join(one.home, 'journal.json'), 'utf8')) as object;
const MENDED = { slots: { b: { state: 'confirmed', version: '3.2.7' } } };

test.concurrent('a device with a dead application and no way to its server is mended by its neighbour, and tells so later', async () => {
  networks.add('near');
  networks.add('far');
  const uplink = networks.join('server', 'near');
  const link = networks.join('near', 'far');
  const lost = networks.join('server', 'far');
  lost.cut();
  const near = await agent({
    device: 'near',
    server: `http://${uplink.a}:${server.port}`,
    version: '3.2.4',
    firmware: HEALTHY,
    more: { relay: lan(link.a) },
    through: networks.through('near'),
  });
  const far = await agent({
    device: 'far',
    server: `http://${lost.a}:${server.port}`,
    version: '3.2.5',
    firmware: DEAD,
    more: { relay: lan(link.b), rescue: RESCUE },
    through: networks.through('far'),
  });
  near.start();
  far.start();
  expect(await far.said('rescue')).toMatchObject({
    because: expect.stringContaining('3.2.5 stays unhealthy'),
  });
  await far.said('rescue-bytes', { road: 'neighbours on the link' });
  await far.said('rescue-over');
  expect(near.lines.filter(({ event }) => event === 'carrying')).toHaveLength(1);
  expect(journalOf(far)).toMatchObject(MENDED);
  lost.plug();
  await eventually(async () => (await server.tuesday('device', 'view', 'far')).includes('confirmed, heard'));
  expect(await server.operator.call('viewDevice', { params: { device: 'far' } })).toMatchObject({
    rescues: [
      { version: '3.2.7', kind: 'confirmed' },
      { version: '3.2.7', kind: 'installed' },
    ],
  });
}, 120_000);

test.concurrent('a recovery campaign has a neighbour carry the release before it is asked, and names who healed the silent device', async () => {
  networks.add('giver');
  networks.add('silent');
  const uplink = networks.join('server', 'giver');
  const link = networks.join('giver', 'silent');
  const lost = networks.join('server', 'silent');
  lost.cut();
  const giver = await agent({
    device: 'giver',
    server: `http://${uplink.a}:${server.port}`,
    version: '3.2.4',
    firmware: HEALTHY,
    more: { relay: { ...lan(link.a), tellSeconds: 1 } },
    through: networks.through('giver'),
  });
  const silent = await agent({
    device: 'silent',
    server: `http://${lost.a}:${server.port}`,
    version: '3.2.5',
    firmware: DEAD,
    more: { relay: lan(link.b), rescue: { ...RESCUE, afterSeconds: 3_600 } },
    through: networks.through('silent'),
  });
  giver.start();
  silent.start();
  const choice = ['--device', 'silent', '--release', '3.2.7', '--roads', 'http,relay,technician'];
  const planned = ['--title', 'The silent one', ...choice, '--because', 'nobody hears it', '--json'];
  const { recovery } = JSON.parse(await server.tuesday('recovery', 'plan', ...planned)) as {
    recovery: string;
  };
  const device = async () => {
    const listed = await server.operator.call('listRecoveryDevices', { params: { recovery } });
    return listed.devices[0];
  };
  await eventually(async () => (await device())?.road === 'relay');
  expect((await device())?.roads[1]?.neighbours).toMatchObject([{ device: 'giver' }]);
  await server.tuesday('recovery', 'start', recovery, '--because', 'its neighbour hears it');
  await giver.said('carrying');
  expect(silent.lines.filter(({ event }) => event === 'rescue')).toEqual([]);
  await silent.said('rescue-bytes', { road: 'neighbours on the link' });
  await silent.said('rescue-over');
  lost.plug();
  await eventually(async () => (await device())?.standing === 'healed');
  expect(await device()).toMatchObject({ healedBy: 'relay', through: 'giver', version: '3.2.7' });
  expect(await server.tuesday('recovery', 'view', recovery)).toContain('healed by relay through giver: 1');
  await server.tuesday('recovery', 'finish', recovery, '--because', 'it is back');
}, 180_000);

test.concurrent('a liar beside an honest neighbour costs a transfer, and nothing else', async () => {
  for (const name of ['liar', 'honest', 'victim']) networks.add(name);
  const uplinks = { liar: networks.join('server', 'liar'), honest: networks.join('server', 'honest') };
  const links = { liar: networks.join('liar', 'victim'), honest: networks.join('honest', 'victim') };
  const honest = await agent({
    device: 'honest',
    server: `http://${uplinks.honest.a}:${server.port}`,
    version: '3.2.4',
    firmware: HEALTHY,
    more: { relay: lan(links.honest.a) },
    through: networks.through('honest'),
  });
  const victim = await agent({
    device: 'victim',
    server: 'http://192.0.2.1:1',
    version: '3.2.5',
    firmware: DEAD,
    more: { relay: lan(links.liar.b, links.honest.b), rescue: RESCUE },
    through: networks.through('victim'),
  });
  const { artifacts } = await server.operator
    .call('viewRelease', { params: { version: '3.2.7' } })
    .then(({ manifest }) => manifest);
  const { sha256, size } = artifacts[0] as { sha256: string; size: number };
  const serverUrl = `http://${uplinks.liar.a}:${server.port}`;
  const lies = runLiar(networks.through('liar'), [
    links.liar.a,
    serverUrl,
    '239.192.84.85',
    String(BEACON_PORT),
    sha256,
    String(size),
  ]);
  honest.start();
  victim.start();
  await victim.said('rescue-over');
  lies.end();
  expect(lies.told()).toBeGreaterThan(0);
  expect(victim.lines.filter(({ event }) => event === 'neighbour-passed-over')).toContainEqual(
    expect.objectContaining({ code: 'wrong-digest', neighbour: expect.stringContaining(links.liar.a) }),
  );
  expect(journalOf(victim)).toMatchObject(MENDED);
}, 120_000);

test.concurrent('a device that hears only a radio is mended over two hops that lose every fifth segment', async () => {
  for (const name of ['gate', 'middle', 'cellar']) networks.add(name);
  const uplink = networks.join('server', 'gate');
  const [first, second] = [networks.join('gate', 'middle'), networks.join('middle', 'cellar')];
  for (const name of ['gate', 'middle', 'cellar']) networks.lose(name, MESH_PORT, 20);
  const gate = await agent({
    device: 'gate',
    server: `http://${uplink.a}:${server.port}`,
    version: '3.2.4',
    firmware: HEALTHY,
    more: { relay: { mesh: mesh(first.a, first.b) } },
    through: networks.through('gate'),
  });
  const middle = await agent({
    device: 'middle',
    server: 'http://192.0.2.1:1',
    version: '3.2.4',
    firmware: HEALTHY,
    more: { relay: { mesh: mesh('0.0.0.0', first.a, second.b), give: false } },
    through: networks.through('middle'),
  });
  const cellar = await agent({
    device: 'cellar',
    server: 'http://192.0.2.1:1',
    version: '3.2.5',
    firmware: DEAD,
    more: { relay: { mesh: mesh(second.b, second.a) }, rescue: RESCUE },
    through: networks.through('cellar'),
  });
  for (const one of [gate, middle, cellar]) one.start();
  await cellar.said('rescue-bytes', { road: 'neighbours on the mesh' });
  await cellar.said('rescue-over');
  expect(journalOf(cellar)).toMatchObject(MENDED);
  expect(networks.lost('cellar')).toBeGreaterThan(10);
}, 120_000);

function runLiar(through: readonly string[], args: readonly string[]): { told(): number; end(): void } {
  const command = [...through, process.execPath, 'e2e/testing/lying-neighbour.ts', ...args];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = 0;
  createInterface({ input: child.stdout }).on('line', () => (told += 1));
  return { told: () => told, end: () => void child.kill('SIGKILL') };
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200));
}
