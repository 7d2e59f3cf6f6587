/** Devices without a way to the server are mended over a real link to a neighbour. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBundle } from '@tuesday/agent';
import { formatClock, startClock } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AgentProcess, type AgentSetup, DEAD, HEALTHY } from '../testing/agent-process.ts';
import { HERE, Namespaces } from '../testing/namespaces.ts';
import { ServerProcess } from '../testing/server-process.ts';

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
  server = await ServerProcess.make(clock, { through: networks.through('server'), address: desk.b });
  await server.start();
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  rootJson = await (await fetch(`${server.url}/device/v1/trust/metadata/1.root.json`)).text();
  writeFileSync(join(server.folder, 'mends.bundle'), makeBundle({ version: '3.2.7', hardware: HARDWARE }, HEALTHY));
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

async function agent(setup: Pick<AgentSetup, 'device' | 'server' | 'more' | 'version' | 'firmware' | 'through'>) {
  const { device } = setup;
  const body = JSON.stringify({ protocol: 1, device, hardware: HARDWARE });
  const headers = { authorization: `Bearer ${server.secret('fleet.json', 'fleetKey')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/device/v1/enrol`, { method: 'POST', headers, body });
  const { token } = (await answer.json()) as { token: string };
  const made = await AgentProcess.make({ folder: server.folder, hardware: HARDWARE, rootJson, clock, token, ...setup });
  open.push(made);
  return made;
}

const lan = (address: string, more: object = {}) => ({ relay: { lan: { addresses: [address], beaconSeconds: 5 }, ...more } });

test('a device with a dead application and no way to its server is mended by its neighbour, and tells so later', async () => {
  networks.add('near');
  networks.add('far');
  const uplink = networks.join('server', 'near');
  const link = networks.join('near', 'far');
  const near = await agent({
    device: 'near',
    server: `http://${uplink.a}:${server.port}`,
    version: '3.2.4',
    firmware: HEALTHY,
    more: lan(link.a),
    through: networks.through('near'),
  });
  const lost = networks.join('server', 'far');
  lost.cut();
  const far = await agent({
    device: 'far',
    server: `http://${lost.a}:${server.port}`,
    version: '3.2.5',
    firmware: DEAD,
    more: { ...lan(link.b), rescue: RESCUE },
    through: networks.through('far'),
  });
  near.start();
  far.start();
  expect(await far.said('rescue')).toMatchObject({ because: expect.stringContaining('3.2.5 stays unhealthy') });
  await far.said('rescue-bytes', { road: 'neighbours on the link' });
  await far.said('outcome', { kind: 'confirmed' });
  expect(near.lines.filter(({ event }) => event === 'carrying')).toHaveLength(1);
  expect(JSON.parse(readFileSync(join(far.home, 'journal.json'), 'utf8'))).toMatchObject({
    slots: { a: { version: '3.2.5' }, b: { state: 'confirmed', version: '3.2.7' } },
  });
});
