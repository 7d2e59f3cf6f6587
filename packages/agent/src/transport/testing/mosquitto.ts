/** A real mosquitto with a listener for each way in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Authority } from './certificates.ts';

export interface Mosquitto {
  readonly urls: Readonly<Record<'mqtt' | 'mqtts' | 'ws' | 'wss', string>>;
  /** Lines of its log so far; each begins with the seconds since 1970. */
  readonly log: readonly string[];
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** On the same ports. */
  restart(): Promise<void>;
}

/**
 * @param authority signs the listener's certificate and those that clients must show; absent: no TLS
 * @param more lines in place of `allow_anonymous true`
 */
export async function startMosquitto(folder: string, authority?: Authority, more = ''): Promise<Mosquitto> {
  mkdirSync(folder, { recursive: true });
  const ports = await freePorts(4);
  const [mqtt, ws, mqtts, wss] = ports as [number, number, number, number];
  const plain = [`listener ${mqtt} 127.0.0.1`, `listener ${ws} 127.0.0.1`, 'protocol websockets'];
  const config = [
    'per_listener_settings false',
    // It would become somebody who may not read the test's keys.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'log_type all',
    'log_timestamp_format %s',
    more === '' ? 'allow_anonymous true' : more,
    ...plain,
    ...(authority === undefined ? [] : secureListeners(authority, mqtts, wss)),
  ];
  writeFileSync(join(folder, 'conf'), `${config.join('\n')}\n`);
  const log: string[] = [];
  let broker = await run(folder, log);
  return {
    log,
    urls: {
      mqtt: `mqtt://127.0.0.1:${mqtt}`,
      ws: `ws://127.0.0.1:${ws}/mqtt`,
      mqtts: `mqtts://localhost:${mqtts}`,
      wss: `wss://localhost:${wss}/mqtt`,
    },
    async kill(signal = 'SIGKILL') {
      if (broker.exitCode !== null || broker.signalCode !== null) return;
      const ended = new Promise((resolve) => broker.once('exit', resolve));
      broker.kill(signal);
      await ended;
    },
    async restart() {
      broker = await run(folder, log);
    },
  };
}

function secureListeners(authority: Authority, mqtts: number, wss: number): string[] {
  const own = authority.issue('localhost', 'DNS:localhost,IP:127.0.0.1');
  const tls = [
    `cafile ${authority.certFile}`,
    `certfile ${own.certFile}`,
    `keyfile ${own.keyFile}`,
    'require_certificate true',
  ];
  return [`listener ${mqtts} 127.0.0.1`, ...tls, `listener ${wss} 127.0.0.1`, 'protocol websockets', ...tls];
}

function run(folder: string, log: string[]): Promise<ChildProcess> {
  // -v would log in its own way; the file says it.
  const broker = spawn('/usr/sbin/mosquitto', ['-c', join(folder, 'conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let rest = '';
    broker.once('error', reject);
    broker.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${log.at(-1)}`)));
    broker.stderr.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      log.push(...lines);
      if (lines.some((line) => line.includes('running'))) resolve(broker);
    });
  });
}

async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const probe = createServer().listen(0, '127.0.0.1', () => resolve(probe));
        }),
    ),
  );
  return Promise.all(
    probes.map((probe) => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      return new Promise<number>((resolve) => probe.close(() => resolve(port)));
    }),
  );
}
