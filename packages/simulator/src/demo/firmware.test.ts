import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { startHouseholdBroker } from './brokers.ts';
import { thermostatBundle } from './firmware.ts';

const top = mkdtempSync(join(tmpdir(), 'firmware-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(top, { recursive: true }));

/** An hour of the firmware in 200 ms: it renews its session within 600 ms. */
const RATE = 18_000;

interface Running {
  readonly facts: Array<Record<string, unknown>>;
  /** Resolves when so many sessions have been up. */
  sessions(count: number): Promise<void>;
  readonly exit: Promise<number | null>;
  readonly child: ChildProcess;
}

async function start(version: string, port: number, folder: string): Promise<Running> {
  const program = join(folder, `${version}.mjs`);
  writeFileSync(program, await thermostatBundle(version, 'th-1'));
  const env = {
    BROKER_HOST: '127.0.0.1',
    BROKER_PORT: String(port),
    DATA_DIR: folder,
    TIME_RATE: String(RATE),
  };
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const facts: Array<Record<string, unknown>> = [];
  let heard = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    facts.push(JSON.parse(line) as Record<string, unknown>);
    heard();
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return {
    facts,
    child,
    exit,
    sessions(count) {
      return new Promise((resolve) => {
        heard = () => {
          if (facts.filter((fact) => fact['mqtt'] === 'connected').length >= count) resolve();
        };
        heard();
      });
    },
  };
}

const newFolder = () => mkdtempSync(join(top, 'home-'));

describe('thermostat firmware', () => {
  test('3.2.5 dies of 0x45 against 2.0.18, again after every start; 3.2.4 then runs from the same data', async () => {
    const broker = await startHouseholdBroker('2.0.18');
    const folder = newFolder();
    const first = await start('3.2.5', broker.port, folder);
    expect(await first.exit).toBe(69);
    expect(first.facts).toContainEqual({ broker: 'mosquitto 2.0.18' });
    expect(first.facts.at(-1)).toEqual({ error: '0x45' });
    const second = await start('3.2.5', broker.port, folder);
    expect(await second.exit).toBe(69);
    const back = await start('3.2.4', broker.port, folder);
    await back.sessions(3);
    expect(back.facts).not.toContainEqual({ error: '0x45' });
    await broker.close();
  });

  test.each([
    ['3.2.5', '2.0.15'],
    ['3.2.5', '2.0.22'],
    ['3.2.4', '2.0.18'],
    ['3.2.6', '2.0.18'],
  ])('%s renews its session against %s and lives', async (version, announced) => {
    const broker = await startHouseholdBroker(announced);
    const running = await start(version, broker.port, newFolder());
    await running.sessions(4);
    expect(running.child.exitCode).toBeNull();
    expect(running.facts).toContainEqual({ broker: `mosquitto ${announced}` });
    await broker.close();
  });

  test('reads the version of a real mosquitto and stays healthy', async () => {
    const port = await freePort();
    const settings = join(top, 'mosquitto.conf');
    writeFileSync(settings, `listener ${port} 127.0.0.1\nallow_anonymous true\nsys_interval 1\n`);
    const mosquitto = spawn('mosquitto', ['-c', settings], { stdio: 'ignore' });
    children.push(mosquitto);
    const running = await start('3.2.6', port, newFolder());
    await running.sessions(1);
    await running.sessions(3);
    expect(running.facts).toContainEqual({ broker: installedMosquitto() });
  });

  test('ends when its agent is gone', async () => {
    const broker = await startHouseholdBroker('2.0.15');
    const running = await start('3.2.4', broker.port, newFolder());
    await running.sessions(1);
    running.child.stdin?.end();
    expect(await running.exit).toBe(0);
    await broker.close();
  });
});

/** For instance `mosquitto 2.0.21`. */
function installedMosquitto(): string {
  let help: string;
  try {
    help = execFileSync('mosquitto', ['-h'], { encoding: 'utf8' });
  } catch (error) {
    // mosquitto ends with 3 after its help.
    help = String((error as { stdout?: string }).stdout);
  }
  return /mosquitto version \S+/.exec(help)?.[0].replace(' version ', ' ') ?? '';
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
