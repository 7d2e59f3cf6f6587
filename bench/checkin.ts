/**
 * How much of the ceiling the device side reaches, in one run on one machine:
 * - idle check-ins a second against a bare node:http server that reads the body and gives the same answer;
 * - outcome reports a second against raw batched upserts (`unnest`, 500 reports a commit) of as many rows into
 *   the same PostgreSQL, durable like ours. An outcome that moves a member writes two rows, its own and the
 *   member's, so its ceiling does too; the counters come on top of ours. An outcome that moves nothing writes one.
 *
 * Each server runs in a process of its own. The load comes from a third one: keep-alive connections over raw
 * sockets on loopback: for check-ins 64 with one request under way on each, for outcomes 64 with 8 pipelined on
 * each. The parts run one after the other.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../packages/server/src/db/pool.ts';
import {
  enrolDevices,
  outcome,
  report,
  startRollout,
  tokenOf,
} from '../packages/server/src/testing/fleet.ts';

interface Job {
  port: number;
  kind: 'check-in' | 'installed' | 'confirmed';
  devices: number;
  connections: number;
  /** Requests under way on each connection. */
  depth: number;
  /** Ends after so many seconds, or once every device has sent one. */
  seconds: number | null;
}

interface Load {
  answered: number;
  bad: number;
  seconds: number;
}

/** CPU microseconds a request. */
type Cpu = Record<'server' | 'database' | 'load', number>;

interface Rate extends Load {
  perSecond: number;
  cpu: Cpu;
}

const IDLE_DEVICES = 2_000;
const DEVICES = 40_000;
const TICK_MICROS = 10_000;

const [, file = '', role] = process.argv;
if (role === 'bare') bareServer();
else if (role === 'load') process.once('message', (job: Job) => void generate(job));
else await main(process.argv.includes('--json'));

/** The ceiling: nothing but node:http. */
function bareServer(): void {
  const answer =
    '{"protocol":1,"pollAfterSeconds":900,"offer":{"kind":"none","because":"No rollout concerns this device."}}';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
}

function requestOf(kind: Job['kind'], index: number, port: number): Buffer {
  const device = `d${index}`;
  const [path, body] = kind === 'check-in' ? ['check-in', report()] : ['outcomes', outcome(kind)];
  const text = JSON.stringify(body);
  return Buffer.from(
    `POST /device/v1/${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${tokenOf(device)}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

async function generate(job: Job): Promise<void> {
  const requests = Array.from({ length: job.devices }, (_, index) => requestOf(job.kind, index, job.port));
  const result: Load = { answered: 0, bad: 0, seconds: 0 };
  const started = performance.now();
  const until = job.seconds === null ? Number.POSITIVE_INFINITY : started + job.seconds * 1_000;
  let next = 0;
  const take = () => {
    if (performance.now() >= until) return undefined;
    if (job.seconds === null) return requests[next++];
    return requests[next++ % requests.length];
  };
  await Promise.all(
    Array.from({ length: job.connections }, () => converse(job.port, job.depth, take, result)),
  );
  result.seconds = (performance.now() - started) / 1_000;
  process.send?.(result, () => process.disconnect());
}

/** One connection: a request, its answer, the next request. */
function converse(port: number, depth: number, take: () => Buffer | undefined, result: Load): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    let pending = '';
    let underWay = 0;
    const fill = () => {
      const parts: Buffer[] = [];
      for (; underWay < depth; underWay++) {
        const request = take();
        if (request === undefined) break;
        parts.push(request);
      }
      if (parts.length > 0) socket.write(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      else if (underWay === 0) socket.destroy();
    };
    socket.on('connect', fill);
    socket.on('data', (data: Buffer) => {
      pending += data.toString('latin1');
      for (;;) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) break;
        const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0);
        if (pending.length < end + 4 + length) break;
        result.answered++;
        underWay--;
        if (!pending.startsWith('HTTP/1.1 200')) result.bad++;
        pending = pending.slice(end + 4 + length);
      }
      fill();
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

function load(job: Job): Promise<Load & { micros: number }> {
  return new Promise((resolve, reject) => {
    const child = fork(file, ['load']);
    let last = 0;
    const timer = setInterval(() => (last = cpuMicros([child.pid ?? 0]) || last), 50);
    child.once('message', (result: Load) => {
      last = cpuMicros([child.pid ?? 0]) || last;
      clearInterval(timer);
      resolve({ ...result, micros: last });
    });
    child.once('error', reject);
    child.send(job);
  });
}

/** User and system time that processes have used; 0 where there is no /proc. */
function cpuMicros(pids: readonly number[]): number {
  let sum = 0;
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      sum += (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
    } catch {
      // It has ended.
    }
  }
  return sum;
}

async function measure(job: Job, server: number, database: OpenDatabase): Promise<Rate> {
  const { rows } = await database.pool.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
  const backends = rows.map(({ pid }) => pid);
  const before = [cpuMicros([server]), cpuMicros(backends)];
  const { micros, ...result } = await load(job);
  const each = (now: number, then = 0) => (now - then) / result.answered;
  return {
    ...result,
    perSecond: result.answered / result.seconds,
    cpu: {
      server: each(cpuMicros([server]), before[0]),
      database: each(cpuMicros(backends), before[1]),
      load: each(micros),
    },
  };
}

async function startTuesday(data: string, url: string): Promise<{ child: ChildProcess; port: number }> {
  const main = join(import.meta.dirname, '../packages/server/src/main.ts');
  const child = spawn(process.execPath, [main, '--data', data, '--port', '0', '--database', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TUESDAY_CLOCK: '' },
  });
  const [line] = await new Promise<string[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text]));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const { url: address } = JSON.parse(line ?? '') as { url: string };
  return { child, port: Number(new URL(address).port) };
}

async function startBare(): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(file, ['bare']);
  const { port } = await new Promise<{ port: number }>((resolve) => child.once('message', resolve));
  return { child, port };
}

/** The other ceiling: the same rows, in batches of 500 reports, over one connection. Reports a second. */
async function rawUpserts({ pool }: OpenDatabase, withMember: boolean): Promise<{ perSecond: number }> {
  await pool.query('DROP TABLE IF EXISTS raw_outcomes, raw_members');
  await pool.query('CREATE TABLE raw_outcomes (LIKE outcomes INCLUDING ALL)');
  await pool.query('CREATE TABLE raw_members (LIKE members INCLUDING ALL)');
  const client = await pool.connect();
  const text = JSON.stringify(outcome('installed'));
  const run = async (offer: string, state: string): Promise<number> => {
    const started = performance.now();
    for (let from = 0; from < DEVICES; from += 500) {
      const devices = Array.from({ length: 500 }, (_, index) => `d${from + index}`);
      const same = <T>(value: T) => devices.map(() => value);
      await client.query('BEGIN');
      await client.query({
        name: 'raw-outcomes',
        text: `INSERT INTO raw_outcomes SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bigint[])
          ON CONFLICT (device, offer, kind) DO UPDATE SET body = excluded.body, received_at = excluded.received_at`,
        values: [devices, same(offer), same('installed'), same(text), same(1)],
      });
      if (withMember)
        await client.query({
          name: 'raw-members',
          text: `INSERT INTO raw_members (device, rollout, stage, stratum, environment, state, state_at, because)
            SELECT * FROM unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::jsonb[], $6::text[], $7::bigint[], $8::text[])
            ON CONFLICT (device, rollout) DO UPDATE
            SET state = excluded.state, state_at = excluded.state_at, because = excluded.because, exposed = true`,
          values: [
            devices,
            same('r-test'),
            same(0),
            same(''),
            same('{"broker":"old"}'),
            same(state),
            same(1),
            same('it is installed'),
          ],
        });
      await client.query('COMMIT');
    }
    return DEVICES / ((performance.now() - started) / 1_000);
  };
  try {
    await run('warm-up', 'waiting');
    return { perSecond: await run('measured', 'installed') };
  } finally {
    client.release();
  }
}

async function main(json: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-bench-'));
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres(folder);
  const database = openDatabase(postgres.url);
  const children: ChildProcess[] = [];
  try {
    await migrate(database.pool);
    const devices = await enrolDevices(database.pool, DEVICES);
    const bare = await startBare();
    children.push(bare.child);
    const tuesday = await startTuesday(join(folder, 'server'), postgres.url);
    children.push(tuesday.child);

    const idleJob = {
      kind: 'check-in' as const,
      devices: IDLE_DEVICES,
      connections: 64,
      depth: 1,
      seconds: 1,
    };
    const idle = async ({ child, port }: typeof bare, seconds: number) =>
      measure({ ...idleJob, port, seconds }, child.pid ?? 0, database);
    for (const server of [bare, tuesday]) await idle(server, 3);
    const ceiling = await idle(bare, 5);
    const idleRate = await idle(tuesday, 5);

    await startRollout(database.pool, devices);
    await database.pool.query('VACUUM ANALYZE');
    const outcomeJob = { devices: DEVICES, connections: 64, depth: 8, seconds: null, port: tuesday.port };
    const pid = tuesday.child.pid ?? 0;
    await measure({ ...outcomeJob, devices: 4_000, kind: 'installed' }, pid, database);
    const outcomes = await measure({ ...outcomeJob, kind: 'installed' }, pid, database);
    const repeated = await measure({ ...outcomeJob, kind: 'confirmed' }, pid, database);
    const rawTwo = await rawUpserts(database, true);
    const rawOne = await rawUpserts(database, false);
    print({ ceiling, idle: idleRate, rawTwo, outcomes, rawOne, repeated }, json);
  } finally {
    for (const child of children) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Figures {
  ceiling: Rate;
  idle: Rate;
  rawTwo: { perSecond: number };
  outcomes: Rate;
  rawOne: { perSecond: number };
  repeated: Rate;
}

function print(figures: Figures, json: boolean): void {
  const { ceiling, idle, rawTwo, outcomes, rawOne, repeated } = figures;
  const ratios = {
    'idle check-ins': { ratio: idle.perSecond / ceiling.perSecond, target: 0.5 },
    'outcomes that move members': { ratio: outcomes.perSecond / rawTwo.perSecond, target: 0.3 },
    'outcomes that move nothing': { ratio: repeated.perSecond / rawOne.perSecond, target: null },
  };
  if (json) return console.log(JSON.stringify({ ...figures, ratios }));
  const raw = (name: string, { perSecond }: { perSecond: number }) =>
    console.log(`${name.padEnd(32)} ${perSecond.toFixed(0).padStart(6)}/s`);
  const line = (name: string, rate: Rate) =>
    console.log(
      `${name.padEnd(32)} ${rate.perSecond.toFixed(0).padStart(6)}/s   CPU µs each: server ${rate.cpu.server.toFixed(0)}, ` +
        `database ${Math.max(0, rate.cpu.database).toFixed(0)}, load ${rate.cpu.load.toFixed(0)}${rate.bad > 0 ? `   ${rate.bad} BAD` : ''}`,
    );
  line('bare node:http', ceiling);
  line('idle check-ins', idle);
  raw('raw upserts, two rows a report', rawTwo);
  line('outcomes that move members', outcomes);
  raw('raw upserts, one row a report', rawOne);
  line('outcomes that move nothing', repeated);
  for (const [name, { ratio, target }] of Object.entries(ratios)) {
    const judged = target === null ? '' : `, target ${target} ${ratio >= target ? 'reached' : 'MISSED'}`;
    console.log(`${name}: ${ratio.toFixed(2)} of the ceiling${judged}`);
  }
}
