/**
 * A rollout while everything fails at once: packets are lost, the server is killed, the broker is killed, the
 * clocks of devices jump. In the end every device runs what it was meant to run, wrote it once, and everything
 * that it had to tell has been heard once.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBundle } from '@tuesday/agent';
import { formatClock, startClock, wallClock } from '@tuesday/protocol';
import { Namespaces, HERE } from '../testing/namespaces.ts';
import { ServerProcess } from '../testing/server-process.ts';
import { BrokerProcess } from './broker-process.ts';
import { CrewProcess } from './crew-process.ts';
import type { DeviceRecord } from './orders.ts';
import { acceptedOutcomes, countedTwice } from './server-record.ts';

export interface Chaos {
  readonly agents: number;
  /** Processes that share the agents. */
  readonly crews: number;
  readonly restarts: number;
  readonly brokerKills: number;
  /** Of the packets in each direction, percent. */
  readonly loss: number;
  /** The clock's milliseconds per real millisecond. */
  readonly rate: number;
  readonly poll: string;
  readonly soak: string;
  readonly shares: readonly number[];
  /** Real milliseconds between two blows at most. */
  readonly blowsWithinMillis: number;
}

/** What is left when the dust has settled. */
export interface Aftermath {
  readonly records: readonly DeviceRecord[];
  /** By device, as `offer kind`. */
  readonly accepted: ReadonlyMap<string, readonly string[]>;
  /** Devices by state: as rows, and as the judge counts them. */
  readonly counted: readonly [Record<string, number>, Record<string, number>];
  readonly lostPackets: number;
}

export const BEFORE = '1.0.0';
export const INTENDED = '1.1.0';
const HARDWARE = 'th-2';
const MINUTE = 60_000;
const JUMPS = { everyMillis: 20 * MINUTE, lastMillis: 4 * MINUTE };
const BROKER_PORT = 1_883;

const wall = wallClock();
const started = wall.now();
function tell(words: string): void {
  if (process.env['CHAOS_SHOW'])
    process.stderr.write(`${((wall.now() - started) / 1_000).toFixed(1)} ${words}\n`);
}

/** @throws Error in one line on a machine without root, namespaces, nftables or mosquitto */
export async function surviveChaos(chaos: Chaos): Promise<Aftermath> {
  await using left = new AsyncDisposableStack();
  const networks = left.adopt(new Namespaces(), (made) => made.remove());
  networks.add('server');
  networks.add('fleet');
  const desk = networks.join(HERE, 'server');
  const field = networks.join('server', 'fleet');
  networks.loseFrom('server', field.b, chaos.loss);
  networks.loseFrom('fleet', field.a, chaos.loss);
  const clock = formatClock(startClock(Date.parse('2026-11-24T09:00:00Z'), chaos.rate));
  const through = networks.through('server');
  const settings = { MQTT_URL: `mqtt://${field.a}:${BROKER_PORT}`, TUESDAY_POLL: chaos.poll };
  const place = { through, address: desk.b };
  const server = left.adopt(await ServerProcess.make(clock, settings, place), (made) => made.remove());
  const broker = new BrokerProcess(server.folder, field.a, BROKER_PORT, through);
  left.defer(() => broker.kill());
  await broker.start();
  await server.start();
  tell('server is up');
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  const rootJson = await (await fetch(`${server.url}/device/v1/trust/metadata/1.root.json`)).text();
  const homes = left.adopt(mkdtempSync('/dev/shm/tuesday-chaos-'), (made) =>
    rmSync(made, { recursive: true, force: true }),
  );
  const crews = Array.from({ length: chaos.crews }, (_, crew) => {
    const devices = Array.from({ length: chaos.agents }, (_each, index) => `d-${index}`).filter(
      (_each, index) => index % chaos.crews === crew,
    );
    const orders = {
      folder: join(homes, String(crew)),
      devices,
      server: `http://${field.a}:${server.port}`,
      hardware: HARDWARE,
      fleetKey: server.secret('fleet.json', 'fleetKey'),
      rootJson,
      version: BEFORE,
      jumps: JUMPS,
    };
    return new CrewProcess(orders, clock, networks.through('fleet'));
  });
  left.defer(() => crews.forEach((crew) => crew.end()));
  await publish(server, BEFORE, []);
  await publish(server, INTENDED, ['--way-back', BEFORE]);
  tell('released');
  await allReported(server, crews, chaos.agents);
  const rollout = await startRollout(server, chaos);
  tell('rollout started');
  await strike(server, broker, crews, chaos);
  for (const crew of crews) crew.calm();
  await settled(server, crews, rollout, chaos.agents);
  tell('settled');
  const records = (await Promise.all(crews.map((crew) => crew.stop()))).flat();
  const aftermath = {
    records,
    accepted: await acceptedOutcomes(server.data),
    counted: await countedTwice(server.data, rollout),
    lostPackets: networks.lost('server') + networks.lost('fleet'),
  };
  tell(figures(aftermath));
  await server.end('SIGTERM');
  return aftermath;
}

function figures({ records, accepted, counted, lostPackets }: Aftermath): string {
  const kinds: Record<string, number> = {};
  for (const key of [...accepted.values()].flat()) {
    const kind = key.split(' ')[1] ?? '';
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const jumps = records.reduce((sum, record) => sum + record.jumps.ahead + record.jumps.back, 0);
  const faults = records.flatMap((record) => record.faults).slice(0, 5);
  return JSON.stringify({ kinds, counted, lostPackets, jumps, faults });
}

async function publish(server: ServerProcess, version: string, more: string[]): Promise<void> {
  const firmware = `// firmware ${version}\n${'export const part = "thermostat";\n'.repeat(500)}`;
  writeFileSync(
    join(server.folder, `${version}.bundle`),
    makeBundle({ version, hardware: HARDWARE }, firmware),
  );
  const artifact = `${HARDWARE}=${version}.bundle`;
  await server.tuesday('release', 'create', '--version', version, '--artifact', artifact, ...more);
  for (const who of ['alice', 'bob'])
    await server.tuesday('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
}

/** Who is in a rollout is fixed when it starts. */
async function allReported(
  server: ServerProcess,
  crews: readonly CrewProcess[],
  agents: number,
): Promise<void> {
  for (;;) {
    const { versions } = await server.operator.call('viewFleet', {});
    const known = versions.find(({ version }) => version === BEFORE)?.devices ?? 0;
    if (known === agents) return;
    const looks = await Promise.all(crews.map((crew) => crew.look()));
    tell(`${looks.reduce((sum, { running }) => sum + running, 0)} run, the server knows ${known}`);
    await wall.sleep(500);
  }
}

async function startRollout(server: ServerProcess, { shares, soak }: Chaos): Promise<string> {
  const everyDay = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  const calendar = { zone: 'UTC', windows: [{ days: [...everyDay], from: '00:00', to: '24:00' }] };
  await server.operator.call('setPolicy', {
    body: {
      policy: { calendar, watch: { required: false }, approvals: { needed: 0 } },
      because: 'a test that knows no night',
    },
  });
  const gate = { maxBadShare: 0.3, minProvenShare: 0.5, minBadDevices: 20 };
  const { rollout } = await server.operator.call('createRollout', {
    body: {
      name: 'everything fails at once',
      release: INTENDED,
      stages: shares.map((share) => ({ share, soak, gate })),
      silentAfter: soak,
      probation: '1m',
      watch: '20m',
      coverage: 0,
      holdOut: 0,
    },
  });
  await server.operator.call('startRollout', { params: { rollout }, body: {} });
  return rollout;
}

/** Blows at random moments: the server dies, and now and then the broker. */
async function strike(
  server: ServerProcess,
  broker: BrokerProcess,
  crews: readonly CrewProcess[],
  { restarts, brokerKills, blowsWithinMillis }: Chaos,
): Promise<void> {
  const every = Math.ceil(restarts / brokerKills);
  for (let restart = 0; restart < restarts; restart++) {
    await wall.sleep(Math.random() * blowsWithinMillis);
    if (restart % every === 0) {
      await broker.kill();
      await wall.sleep(Math.random() * 1_000);
      await broker.start();
    }
    await wall.sleep(Math.random() * blowsWithinMillis);
    // Mostly as a power cut, now and then as an operator would.
    await server.end(restart % 4 === 3 ? 'SIGTERM' : 'SIGKILL');
    await server.start();
    tell(`restart ${restart + 1}, ${JSON.stringify(await Promise.all(crews.map((crew) => crew.look())))}`);
  }
}

/** Everybody runs what is intended and has told so. A device that never does is what the test's limit is for. */
async function settled(
  server: ServerProcess,
  crews: readonly CrewProcess[],
  rollout: string,
  agents: number,
): Promise<void> {
  for (;;) {
    const looks = await Promise.all(crews.map((crew) => crew.look()));
    const done = looks.reduce((sum, { versions }) => sum + (versions[`${INTENDED} confirmed`] ?? 0), 0);
    const waiting = looks.reduce((sum, look) => sum + look.waiting, 0);
    if (done === agents && waiting === 0) return;
    if (process.env['CHAOS_SHOW']) {
      const view = await server.operator.call('viewRollout', { params: { rollout } });
      tell(`${done} done, ${waiting} outcomes wait; ${view.phase} ${view.stage} ${view.because}`);
      tell(
        JSON.stringify([looks.map(({ versions }) => versions), view.stages.map(({ evidence }) => evidence)]),
      );
    }
    await wall.sleep(1_000);
  }
}
