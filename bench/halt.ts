/**
 * How long a halt takes to be answered, in one run on one machine: against a bare node:http server that reads the
 * body and gives the same answer, asked in turn with it, so that both meet the same load.
 * - idle: nothing else happens;
 * - loaded: 32 connections send idle check-ins and 32 send outcomes, as fast as they are answered;
 * - frozen: every process of PostgreSQL is stopped. The server knows who asks, and answers `durable: false`.
 *
 * Each server runs in a process of its own, and so does the load.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase } from '../packages/server/src/db/pool.ts';
import {
  enrolDevices,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../packages/server/src/testing/fleet.ts';
import { freezablePostgres } from '../packages/server/src/testing/frozen-postgres.ts';

const DEVICES = 20_000;
const CONNECTIONS = 64;
const BODY = JSON.stringify({ because: 'smoke' });
const HALT = '/v1/rollouts/r-test/halt';
const LIMIT = 1_000;

interface Latency {
  p50: number;
  p99: number;
  max: number;
  underOneSecond: number;
}

const [, file = '', role] = process.argv;
if (role === 'bare') bareServer();
else if (role === 'load') process.once('message', (port: number) => void load(port));
else await main(process.argv.includes('--json'));

function bareServer(): void {
  const answer = JSON.stringify({
    rollout: 'r-test',
    halted: true,
    durable: true,
    because: 'Halted by x: smoke',
  });
  const server = createServer((asked, response) => {
    asked.on('data', () => undefined);
    asked.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
}

/** Sends until it is ended; tells so once it is under way. */
async function load(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let next = 0;
  const one = async (kind: number) => {
    for (;;) {
      const device = `d${next++ % DEVICES}`;
      const body = kind === 0 ? report() : outcome('installed');
      const path = kind === 0 ? '/device/v1/check-in' : '/device/v1/outcomes';
      await post(port, agent, path, tokenOf(device), JSON.stringify(body)).catch(() => undefined);
      if (next === 2_000) process.send?.('under way');
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => one(index % 2)));
}

function post(port: number, agent: Agent, path: string, token: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    };
    const sent = request({ port, agent, path, headers, host: '127.0.0.1', method: 'POST' }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function timed(work: () => Promise<string>): Promise<number> {
  const started = performance.now();
  const text = await work();
  const millis = performance.now() - started;
  if (!text.includes('"halted":true')) throw new Error(`not halted: ${text}`);
  return millis;
}

function summary(millis: number[]): Latency {
  const sorted = millis.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    underOneSecond: sorted.filter((one) => one < LIMIT).length / sorted.length,
  };
}

async function startTuesday(data: string, url: string) {
  const main = join(import.meta.dirname, '../packages/server/src/main.ts');
  const child = spawn(process.execPath, [main, '--data', data, '--port', '0', '--database', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TUESDAY_CLOCK: '', TUESDAY_LOG: 'silent' },
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const { token } = JSON.parse(readFileSync(join(data, 'operator.json'), 'utf8')) as { token: string };
  return { child, port: Number(new URL((JSON.parse(line) as { url: string }).url).port), token };
}

function forked(role: 'bare' | 'load'): ChildProcess {
  return fork(file, [role]);
}

function said<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once('message', (it: T) => resolve(it)));
}

async function main(json: boolean): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'tuesday-bench-halt-'));
  await using postgres = await freezablePostgres();
  const database = openDatabase(postgres.url, 2);
  const children: ChildProcess[] = [];
  try {
    await migrate(database.pool);
    await startRollout(database.pool, await enrolDevices(database.pool, DEVICES));
    const bare = forked('bare');
    children.push(bare);
    const barePort = (await said<{ port: number }>(bare)).port;
    const tuesday = await startTuesday(data, postgres.url);
    children.push(tuesday.child);
    const agent = new Agent({ keepAlive: true });
    const halts = async (count: number, isFrozen = false) => {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let turn = 0; turn < count; turn++) {
        if (!isFrozen) await setPhase(database.pool, 'soaking');
        ours.push(await timed(() => post(tuesday.port, agent, HALT, tuesday.token, BODY)));
        theirs.push(await timed(() => post(barePort, agent, HALT, tuesday.token, BODY)));
      }
      return { tuesday: summary(ours), bare: summary(theirs) };
    };
    await halts(20);
    const idle = await halts(200);
    const generator = forked('load');
    children.push(generator);
    generator.send(tuesday.port);
    await said(generator);
    const loaded = await halts(200);
    generator.kill('SIGKILL');
    postgres.freeze();
    const frozen = await halts(20, true);
    postgres.thaw();
    print({ idle, loaded, frozen }, json);
  } finally {
    postgres.thaw();
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    await database.close();
    rmSync(data, { recursive: true, force: true });
  }
}

function print(figures: Record<string, { tuesday: Latency; bare: Latency }>, json: boolean): void {
  if (json) return console.log(JSON.stringify(figures));
  for (const [name, { tuesday, bare }] of Object.entries(figures)) {
    const of = ({ p50, p99, max }: Latency) =>
      `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`;
    console.log(
      `${name.padEnd(7)} halt ${of(tuesday)}; bare ${of(bare)}; ratio at p50 ${(tuesday.p50 / bare.p50).toFixed(1)}; ` +
        `${(tuesday.underOneSecond * 100).toFixed(1)} % under one second`,
    );
  }
}
