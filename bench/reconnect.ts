/**
 * A fleet that comes back after an outage, against a real mosquitto: how many connections a second the broker
 * sees, by its own log. The devices are the agent's own reconnect logic over real TCP, in several processes; the
 * peer is the `mqtt` library as it comes, which tries once a second. Both in one run, one after the other: the
 * fleet is connected, the broker killed (SIGKILL), and started again after the outage.
 *
 *   node bench/reconnect.ts [--devices 10000] [--stated 200] [--outage 30] [--processes 4]
 *
 * Prints one line of JSON.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from 'mqtt';
import { MqttTransport } from '../packages/agent/src/transport/mqtt.ts';
import { openSession } from '../packages/agent/src/transport/mqtt-session.ts';
import { Reconnects } from '../packages/agent/src/transport/reconnects.ts';
import { type Mosquitto, startMosquitto } from '../packages/agent/src/transport/testing/mosquitto.ts';
import { wallClock } from '../packages/protocol/src/clock.ts';
import { spreadSeconds } from '../packages/server/src/ingest/reconnect-spread.ts';

type Kind = 'tuesday' | 'peer';

interface Job {
  readonly kind: Kind;
  readonly url: string;
  readonly from: number;
  readonly devices: number;
  /** For the first connection of the peer, and for all of ours. */
  readonly spreadMillis: number;
}

interface Told {
  readonly up: number;
  readonly attempts: number;
}

interface Result {
  readonly maxPerSecond: number;
  readonly allBackAfterSeconds: number | null;
  /** Connections that the devices tried from the outage on. */
  readonly attempts: number;
}

/** Of the agent (`run-agent.ts`). */
const PACE = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };
/** Longest that a fleet may take to come back, seconds. */
const PATIENCE = 900;

if (process.argv[2] === 'devices') process.once('message', (job: Job) => runDevices(job));
else console.log(JSON.stringify(await main()));

async function main() {
  const { values } = parseArgs({
    options: {
      devices: { type: 'string', default: '10000' },
      stated: { type: 'string', default: '200' },
      outage: { type: 'string', default: '30' },
      processes: { type: 'string', default: '4' },
    },
  });
  const [devices, stated, outage, processes] = [
    values.devices,
    values.stated,
    values.outage,
    values.processes,
  ].map(Number) as [number, number, number, number];
  const spread = spreadSeconds(devices, stated);
  const ours = await measure('tuesday', devices, spread, outage, processes);
  const peer = await measure('peer', devices, spread, outage, processes);
  return { devices, statedPerSecond: stated, outageSeconds: outage, spreadSeconds: spread, ...ours, peer };
}

async function measure(
  kind: Kind,
  devices: number,
  spread: number,
  outage: number,
  processes: number,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-reconnect-'));
  const broker = await startMosquitto(folder, undefined, 'allow_anonymous true\nmax_connections 20000');
  const fleet: Fleet = { children: [], told: new Map() };
  try {
    const each = Math.ceil(devices / processes);
    for (let from = 0; from < devices; from += each) {
      const count = Math.min(each, devices - from);
      addDevices(fleet, { kind, url: broker.urls.mqtt, from, devices: count, spreadMillis: spread * 1_000 });
    }
    if (!(await allUp(fleet, devices))) throw new Error('the fleet did not come up');
    return await cutOff(broker, fleet, devices, outage);
  } finally {
    for (const child of fleet.children) child.kill('SIGKILL');
    await broker.kill();
    rmSync(folder, { recursive: true });
  }
}

async function cutOff(broker: Mosquitto, fleet: Fleet, devices: number, outage: number): Promise<Result> {
  const before = sum(fleet, 'attempts');
  await broker.kill();
  await sleep(outage * 1_000);
  const line = broker.log.length;
  await broker.restart();
  const restarted = performance.now();
  const back = await allUp(fleet, devices);
  const seconds = Math.round((performance.now() - restarted) / 100) / 10;
  return {
    maxPerSecond: fullestSecond(broker.log.slice(line)),
    allBackAfterSeconds: back ? seconds : null,
    attempts: sum(fleet, 'attempts') - before,
  };
}

interface Fleet {
  readonly children: ChildProcess[];
  readonly told: Map<ChildProcess, Told>;
}

function addDevices(fleet: Fleet, job: Job): void {
  const child = fork(import.meta.filename, ['devices']);
  child.on('message', (told: Told) => fleet.told.set(child, told));
  child.send(job);
  fleet.children.push(child);
}

function sum({ told }: Fleet, what: keyof Told): number {
  return [...told.values()].reduce((total, one) => total + one[what], 0);
}

async function allUp(fleet: Fleet, devices: number): Promise<boolean> {
  // What was told before the broker died is not news of what comes after.
  await sleep(1_000);
  for (const until = performance.now() + PATIENCE * 1_000; performance.now() < until; await sleep(100))
    if (sum(fleet, 'up') === devices) return true;
  return false;
}

/** Connections that the broker accepted within one second of its clock. */
function fullestSecond(log: readonly string[]): number {
  const seconds = new Map<string, number>();
  for (const line of log) {
    const second = /^(\d+): New connection from /.exec(line)?.[1];
    if (second !== undefined) seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return Math.max(0, ...seconds.values());
}

function runDevices(job: Job): void {
  const count = { attempts: 0 };
  const names = Array.from({ length: job.devices }, (_, index) => `d${job.from + index}`);
  const up = job.kind === 'tuesday' ? ours(job, names, count) : peers(job, names, count);
  setInterval(() => process.send?.({ up: up(), attempts: count.attempts } satisfies Told), 200);
  process.once('disconnect', () => process.exit());
}

function ours(job: Job, names: readonly string[], count: { attempts: number }): () => number {
  const clock = wallClock();
  const agents = names.map((device) => {
    const reconnects = new Reconnects(PACE, clock, Math.random, job.spreadMillis);
    const open: typeof openSession = (settings, events) => {
      count.attempts += 1;
      return openSession(settings, events);
    };
    return new MqttTransport({ url: job.url, device, token: 'secret', clock, reconnects, open, version: 5 });
  });
  return () => agents.filter(({ upSince }) => upSince !== undefined).length;
}

/** Their first connection is spread for them. */
function peers(job: Job, names: readonly string[], count: { attempts: number }): () => number {
  let up = 0;
  for (const clientId of names) {
    setTimeout(() => {
      count.attempts += 1;
      const client = connect(job.url, { clientId });
      let connected = false;
      client.on('reconnect', () => (count.attempts += 1));
      client.on('error', () => undefined);
      client.on('connect', () => {
        up += connected ? 0 : 1;
        connected = true;
      });
      client.on('close', () => {
        up -= connected ? 1 : 0;
        connected = false;
      });
    }, Math.random() * job.spreadMillis);
  }
  return () => up;
}
