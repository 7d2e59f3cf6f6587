/**
 * From the fleet's inventory over real brokers to the gate: a firmware that one broker of the fleet breaks by what it
 * really does is refused before anybody has it, and starts for everybody else.
 */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, ParityView, RolloutView } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptedDevice } from '../testing/scripted-device.ts';
import { root, ServerProcess } from '../testing/server-process.ts';

/** Of ten devices. One of the brokers has a packet limit of 2,000,000 bytes by default; this firmware sends 3 MB. */
const FLEET = [
  { debian: '{ suite: bookworm, package: mosquitto }', devices: 7 },
  { debian: '{ suite: forky, package: mosquitto }', devices: 3 },
];

let server: ServerProcess;
/** Values as the brokers say them, in the order of the fleet. */
let brokers: string[] = [];

beforeAll(async () => {
  server = await ServerProcess.make('');
  await server.start();
  cpSync(join(root, 'examples/thermostat/firmware'), join(server.folder, 'firmware'), { recursive: true });
  cpSync(join(root, 'examples/thermostat/codes.yaml'), join(server.folder, 'codes.yaml'));
  write('matrix.yaml', matrix());
  write('policy.yaml', POLICY);
  write('plan.yaml', PLAN);
  write('careful.yaml', `${PLAN}parity: { gap: exclude }\n`);
}, 120_000);
afterAll(() => server.remove());

const write = (name: string, text: string) => writeFileSync(join(server.folder, name), text);
const json = async <T>(...args: string[]) => JSON.parse(await server.tuesday(...args, '--json')) as T;
/** What a command that ends otherwise than with 0 has printed. */
const failed = (...args: string[]) =>
  server.tuesday(...args).then(
    () => {
      throw new Error(`tuesday ${args.join(' ')} ended with 0`);
    },
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );

const matrix = () => `
name: thermostat with diagnostics
candidate: { release: 3.3.0, hardware: th-2, build: sh firmware/bundle.sh 3.3.0 th-2 }
dimensions:
  - name: broker
    values:
${FLEET.map(({ debian }) => `      - debian: ${debian}`).join('\n')}
device:
  command: cp "$ARTIFACT" firmware.mjs && exec node firmware.mjs
  timeRate: 3600
  publishes: home/{DEVICE}/temperature
  sendsLarge: { ask: 'home/{DEVICE}/diagnose', to: 'home/{DEVICE}/diagnostics' }
scenarios: [connect, publish, large-message]
`;

const POLICY = `
calendar:
  zone: UTC
  windows:
    - days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
      from: '00:00'
      to: '24:00'
watch: { required: false }
approvals: { needed: 0 }
parity:
  dimensions:
    - { name: broker, verb: runs }
`;

const PLAN = `
name: diagnostics
release: 3.3.0
coverage: 0
holdOut: 0
stages:
  - { share: 1, soak: 1h }
`;

async function publish(version: string, ...more: string[]): Promise<void> {
  for (const who of ['alice', 'bob'])
    await server.tuesday('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`, ...more);
}

test('the fleet is tested on its own brokers, as the inventory has them', async () => {
  await server.tuesday('policy', 'set', '--file', 'policy.yaml', '--because', 'trying');
  const plan = await json<{ cells: Cell[] }>('matrix', 'plan', '--file', 'matrix.yaml', '--all');
  brokers = plan.cells.map((cell) => cell['broker'] as string);
  expect(new Set(brokers).size).toBe(FLEET.length);
  const fleetKey = server.secret('fleet.json', 'fleetKey');
  for (const [index, { devices }] of FLEET.entries())
    for (let number = 0; number < devices; number++) {
      const environment = { broker: brokers[index] as string };
      const device = new ScriptedDevice(server.url, `th-${index}-${number}`, environment, false, '3.2.4');
      await device.enrol(fleetKey);
      await device.round(Date.now());
    }
  const live = await json<{ cells: Cell[] }>('matrix', 'plan', '--file', 'matrix.yaml');
  expect(new Set(live.cells.map((cell) => cell['broker']))).toEqual(new Set(brokers));
}, 180_000);

test('tested on one of them, the release is refused with the share of the other', async () => {
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  write('old.bundle', 'firmware 3.2.4');
  await server.tuesday('release', 'create', '--version', '3.2.4', '--artifact', 'th-2=old.bundle');
  await publish('3.2.4');
  await server.tuesday('matrix', 'key', '--name', 'lab', '--out', 'lab.tester.json');
  await server.tuesday('tester', 'add', 'lab', '--key', 'lab.tester.json');
  await server.tuesday(
    'matrix',
    'run',
    '--file',
    'matrix.yaml',
    '--only',
    `broker=${brokers[0]}`,
    '--sign',
    'lab.tester.json',
  );
  const create = ['--artifact', 'th-2=.tuesday-matrix/3.3.0-th-2.artifact', '--way-back', '3.2.4'];
  await server.tuesday('release', 'create', '--version', '3.3.0', ...create, '--codes', 'codes.yaml');
  await publish('3.3.0');
  await server.tuesday('release', 'attest', '3.3.0', '--file', 'attestation.json');
  const words = `30 % of the fleet runs ${brokers[1]}; 3.3.0 was never tested there.`;
  const parity = await failed('parity', '3.3.0', '--json');
  expect(parity.code).toBe(3);
  expect(JSON.parse(parity.stdout) as ParityView).toMatchObject({
    verdict: 'closed',
    uncovered: 0.3,
    because: [words],
    values: [
      { value: brokers[0], share: 0.7, cover: 'passed' },
      { value: brokers[1], cover: 'untested' },
    ],
  });
  const { rollout } = await json<RolloutView>('rollout', 'create', '--plan', 'plan.yaml');
  const refused = await failed('rollout', 'start', rollout);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(words)]);
}, 180_000);

test('tested on all of them, the cell that fails is named before anything ships', async () => {
  const run = ['matrix', 'run', '--file', 'matrix.yaml', '--live', '--sign', 'lab.tester.json', '--attach'];
  const ran = await failed(
    ...run,
    '--attestation',
    'all.json',
    '--folder',
    'all',
    '--artifact',
    '.tuesday-matrix/3.3.0-th-2.artifact',
  );
  expect(ran.code).toBe(1);
  const { because, failed: cells } = JSON.parse(
    (await failed('parity', '3.3.0', '--json')).stdout,
  ) as ParityView;
  expect(cells).toMatchObject([{ cell: { broker: brokers[1] }, devices: 3 }]);
  expect(because).toEqual([
    expect.stringMatching(/^3\.3\.0 failed its test with broker = .*0x52.*\(30 % of the fleet\)\.$/),
  ]);
  expect(because[0]).toContain(brokers[1]);
}, 180_000);

test('it starts for everybody else, and who is held is told why', async () => {
  const { rollout } = await json<RolloutView>('rollout', 'create', '--plan', 'careful.yaml');
  expect(await json<RolloutView>('rollout', 'start', rollout)).toMatchObject({ devices: 10, untested: 3 });
  const device = await server.operator.call('viewDevice', { params: { device: 'th-1-0' } });
  expect(JSON.stringify(device)).toContain('3.3.0 failed its test with broker');
  expect(await server.tuesday('rollout', 'view', rollout)).toContain('held for want of tests: 3');
}, 60_000);
