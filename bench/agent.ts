/**
 * Memory and processor time of idle agents: the service as the package runs it, which is the launcher's shell and the
 * one-file executable, with a real server and a real mosquitto. Once with HTTP alone, once with an MQTT session in its
 * worker, once with that session over TLS; a check-in a minute. The floor in the same run is the same executable of
 * Node that does nothing at all. Firmware is not counted.
 *
 *   npm run --silent bench:agent -- [--json] [--seconds 120]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ServerProcess } from '../e2e/testing/server-process.ts';
import { makeBundle } from '../packages/agent/src/slots/bundle.ts';
import { makeAuthority } from '../packages/agent/src/transport/testing/certificates.ts';
import { startMosquitto } from '../packages/agent/src/transport/testing/mosquitto.ts';
import { wallClock } from '../packages/protocol/src/clock.ts';
import { nodeExecutable } from '../tools/agent/node-package.ts';
import { buildOneFile } from '../tools/agent/one-file.ts';
import { root } from '../tools/files.ts';
import { childrenOf, forgetFile, type Memory, memoryOf, processorSeconds } from './process-use.ts';

const ROADS = ['http', 'mqtt', 'mqtts'] as const;
type Road = (typeof ROADS)[number];

interface Service {
  /** The shell; the agent is its child. */
  readonly launcher: ChildProcess;
  /** Resolves when the road is open. */
  readonly open: Promise<void>;
}

interface Use extends Memory {
  readonly processorPercent: number;
  /** Resident, of the floor. */
  readonly ofFloor: number;
}

const MACHINE = process.arch === 'arm64' ? 'arm64' : 'x64';
const CACHE = join(root, '.cache/agent');
/** From the open road to the first look, seconds: what starting took is given back. */
const SETTLE = 40;
const HARDWARE = 'th-1';
const FIRMWARE = `console.log('{"mqtt":"connected"}'); process.stdin.resume();`;

const clock = wallClock();
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '120' } },
});
const result = await measure(Number(values.seconds));
process.stdout.write(`${JSON.stringify(result, null, values.json ? undefined : 2)}\n`);

async function measure(seconds: number) {
  await using left = new AsyncDisposableStack();
  const folder = left.adopt(mkdtempSync(join(tmpdir(), 'bench-agent-')), (made) =>
    rmSync(made, { recursive: true }),
  );
  const authority = makeAuthority(folder);
  const broker = left.adopt(await startMosquitto(join(folder, 'broker'), authority), (made) => made.kill());
  const settings = { MQTT_URL: broker.urls.mqtt, TUESDAY_POLL: '1m' };
  const server = left.adopt(await ServerProcess.make('', settings), (made) => made.remove());
  await server.start();
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  const own = authority.issue('d-mqtts', 'DNS:d-mqtts');
  const tls = { caFile: authority.certFile, certFile: own.certFile, keyFile: own.keyFile };
  const networks = {
    http: { mqtt: { url: 'none' } },
    mqtt: { mqtt: { url: broker.urls.mqtt } },
    mqtts: { mqtt: { url: broker.urls.mqtts }, tls },
  };
  mkdirSync(CACHE, { recursive: true });
  const executable = await oneFile(folder);
  const floor = spawnFloor(folder);
  left.defer(() => void floor.kill('SIGKILL'));
  const services = new Map<Road, Service>();
  for (const road of ROADS) {
    const place = join(folder, road);
    const service = startService(executable, place, await config(place, road, server, networks[road]), road);
    left.defer(() => endOf(service));
    services.set(road, service);
  }
  await Promise.all([...services.values()].map(({ open }) => open));
  await clock.sleep(SETTLE * 1_000);
  return { seconds, ...(await use(seconds, floor, services)) };
}

async function use(seconds: number, floor: ChildProcess, services: ReadonlyMap<Road, Service>) {
  const pids = new Map([...services].map(([road, { launcher }]) => [road, processesOf(launcher)]));
  const before = new Map([...pids].map(([road, own]) => [road, processorSeconds(own)]));
  await clock.sleep(seconds * 1_000);
  const nothing = memoryOf([floor.pid as number]);
  const uses = [...pids].map(([road, own]): [Road, Use] => {
    const used = processorSeconds(own) - (before.get(road) ?? 0);
    const memory = memoryOf(own);
    const ofFloor = Math.round((100 * memory.resident) / nothing.resident) / 100;
    return [road, { ...memory, processorPercent: Math.round((1e5 * used) / seconds) / 1e3, ofFloor }];
  });
  return { floor: nothing, ...Object.fromEntries(uses) };
}

/** The shell and the agent; not what the agent starts. */
function processesOf({ pid = 0 }: ChildProcess): number[] {
  return [pid, ...childrenOf(pid)];
}

/** Of these sources. */
async function oneFile(folder: string): Promise<string> {
  const outfile = join(folder, 'tuesday-agent');
  await buildOneFile({ machine: MACHINE, version: '0.1.0', cache: CACHE, outfile });
  return outfile;
}

/** A copy of its own, so that nothing of it is in memory for somebody else. */
function ownCopy(executable: string, place: string): string {
  mkdirSync(place, { recursive: true });
  const copy = join(place, 'executable');
  copyFileSync(executable, copy);
  forgetFile(copy);
  return copy;
}

function spawnFloor(folder: string): ChildProcess {
  const node = ownCopy(nodeExecutable(MACHINE, CACHE), join(folder, 'floor'));
  return spawn(node, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'inherit'] });
}

async function config(place: string, road: Road, server: ServerProcess, network: object): Promise<string> {
  mkdirSync(place);
  const file = (name: string, bytes: string | Buffer) => {
    writeFileSync(join(place, name), bytes);
    return join(place, name);
  };
  const rootJson = await (await fetch(`${server.url}/device/v1/trust/metadata/1.root.json`)).text();
  const facts = { tuesday: 1, version: '3.2.4', hardware: HARDWARE, securityVersion: 0 } as const;
  const bundleFile = file('factory', makeBundle({ version: '3.2.4', hardware: HARDWARE }, FIRMWARE));
  return file(
    'agent.json',
    JSON.stringify({
      folder: join(place, 'device'),
      server: server.url,
      device: `d-${road}`,
      hardware: HARDWARE,
      fleetKeyFile: file('key', server.secret('fleet.json', 'fleetKey')),
      rootFile: file('root.json', rootJson),
      factory: { bundleFile, facts },
      network,
    }),
  );
}

function startService(executable: string, place: string, file: string, road: Road): Service {
  const launcher = spawn(ownCopy(executable, place), ['launch', '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const sign = road === 'http' ? '"event":"boot"' : '"connected with MQTT 5"';
  const open = new Promise<void>((resolve, reject) => {
    launcher.once('exit', (code) => reject(new Error(`the agent over ${road} ended with ${code}`)));
    createInterface({ input: launcher.stdout }).on('line', (line) => line.includes(sign) && resolve());
  });
  return { launcher, open };
}

async function endOf({ launcher, open }: Service): Promise<void> {
  if (launcher.exitCode !== null || launcher.signalCode !== null) return;
  void open.catch(() => undefined);
  const gone = new Promise((resolve) => launcher.once('exit', resolve));
  launcher.kill('SIGTERM');
  await gone;
}
