import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { HealthInput } from '../core/types.ts';
import { startMosquitto } from '../transport/testing/mosquitto.ts';
import { healthConfigSchema } from './declared.ts';
import { HealthWatch, type HealthWatchOptions } from './health-watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'health-'));
const open: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const fine = { running: true, broker: undefined, error: undefined, mqttDownMillis: 0, metrics: undefined };

function watch(checks: object[], more: Partial<HealthWatchOptions> = {}) {
  const told: HealthInput[] = [];
  const health = new HealthWatch({
    checks: healthConfigSchema.parse({ checks }).checks,
    application: fine,
    environment: {},
    clock: wallClock(),
    tell: (input) => told.push(input),
    ...more,
  });
  health.begin();
  open.push(() => health.end());
  return { health, told };
}

const looked = async (check: object, more: Partial<HealthWatchOptions> = {}) =>
  (await watch([{ name: 'it', timeoutMillis: 4_000, ...check }], more).health.look()).ok;

/** A server on a port of its own; closed after the test. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function web(answer: RequestListener): Promise<string> {
  const server = createHttp(answer);
  open.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${await listen(server)}/`;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A program on a PATH of its own, in place of the real one. */
function fake(name: string, script: string): void {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${bin}:${before ?? ''}`;
  open.push(() => (process.env['PATH'] = before));
}

describe('a port', () => {
  test('that takes a connection holds', async () => {
    expect(await looked({ kind: 'port', port: await listen(createServer()) })).toBe(true);
  });
  test('that takes none fails', async () => {
    expect(await looked({ kind: 'port', port: await closedPort() })).toBe(false);
  });
  test('of a host that does not exist fails', async () => {
    expect(await looked({ kind: 'port', host: 'nowhere.invalid', port: 1 })).toBe(false);
  });
});

describe('an HTTP address', () => {
  test.each<[string, RequestListener, object, boolean]>([
    ['with the status holds', (_, answer) => answer.end('fine'), {}, true],
    ['with another status fails', (_, answer) => answer.writeHead(500).end(), {}, false],
    [
      'with the other status that is asked for holds',
      (_, answer) => answer.writeHead(204).end(),
      { status: 204 },
      true,
    ],
    ['with the text holds', (_, answer) => answer.end('{"state":"ok"}'), { contains: '"ok"' }, true],
    ['without the text fails', (_, answer) => answer.end('{"state":"bad"}'), { contains: '"ok"' }, false],
    [
      'with a text that would be a pattern elsewhere is read as it stands',
      (_, answer) => answer.end('aaa'),
      { contains: 'a*' },
      false,
    ],
    [
      'that leads elsewhere is not followed',
      (_, answer) => answer.writeHead(302, { location: '/' }).end(),
      {},
      false,
    ],
    ['that never answers fails in time', () => undefined, { timeoutMillis: 100 }, false],
    [
      'with an answer that never ends fails in time',
      (_, answer) => answer.write('…'),
      { contains: 'x', timeoutMillis: 200 },
      false,
    ],
    [
      'with an endless answer is read so far and no further',
      (_, answer) => {
        const more = () => {
          while (answer.write('y'.repeat(10_000)));
        };
        answer.on('drain', more);
        more();
      },
      { contains: 'x' },
      false,
    ],
  ])('%s', async (_, answer, more, expected) => {
    expect(await looked({ kind: 'http', url: await web(answer), ...more })).toBe(expected);
  });
  test('where nobody listens fails', async () => {
    expect(await looked({ kind: 'http', url: `http://127.0.0.1:${await closedPort()}/` })).toBe(false);
  });
});

describe('an MQTT session', () => {
  test('with a real broker holds, and fails once the broker is gone', async () => {
    const broker = await startMosquitto(join(folder, 'broker'));
    open.push(() => broker.kill());
    const check = { kind: 'mqtt', url: broker.urls.mqtt };
    expect(await looked(check)).toBe(true);
    await broker.kill();
    expect(await looked(check)).toBe(false);
  });
  test('with something that takes connections and says nothing fails in time', async () => {
    const url = `mqtt://127.0.0.1:${await listen(createServer())}`;
    expect(await looked({ kind: 'mqtt', url, timeoutMillis: 200 })).toBe(false);
  });
  test('of the firmware may be down for its grace', async () => {
    const application = { ...fine, mqttDownMillis: 500 };
    expect(await looked({ kind: 'mqtt', graceMillis: 500 }, { application })).toBe(true);
    expect(await looked({ kind: 'mqtt', graceMillis: 499 }, { application })).toBe(false);
  });
});

// No systemd runs where these tests do: `systemctl` and `journalctl` are programs that answer as the real ones.
describe('a systemd unit', () => {
  const unit = { kind: 'unit', unit: 'thermostat.service' };
  test.each<[string, string, boolean]>([
    ['that is active holds', '[ "$1 $2" = "is-active thermostat.service" ] && echo active', true],
    ['that failed fails', 'echo failed; exit 3', false],
    ['that is being started does not hold yet', 'echo activating; exit 3', false],
    ['of a systemctl that hangs fails in time', 'sleep 60', false],
  ])('%s', async (_, script, expected) => {
    fake('systemctl', script);
    expect(await looked({ ...unit, timeoutMillis: expected ? 4_000 : 500 })).toBe(expected);
  });
  test('without a systemctl fails', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = folder;
    open.push(() => (process.env['PATH'] = before));
    expect(await looked(unit)).toBe(false);
  });
});

describe('an error code', () => {
  test('in a file counts once it has been written after the start, until it is empty again', async () => {
    const file = join(folder, 'error');
    writeFileSync(file, '0x45\n');
    const { health } = watch([{ kind: 'error-code', name: 'it', from: { source: 'file', file } }]);
    expect(await health.look()).toMatchObject({ ok: true, errors: [] });
    writeFileSync(file, 'all is well\nerror: {"error":"0x1F"}\n');
    expect(await health.look()).toMatchObject({ ok: false, failing: 'it', errors: ['0x1F'] });
    writeFileSync(file, '');
    expect(await health.look()).toMatchObject({ ok: true, errors: [] });
    health.begin();
    rmSync(file);
    expect(await health.look()).toMatchObject({ ok: true });
  });

  test.each<[string, string, string[]]>([
    ['in a field of its own', '{"TUESDAY_ERROR":"0x45","MESSAGE":"x"}', ['0x45']],
    ['after the marker in a message', '{"MESSAGE":"ERROR 0x45, does not respond"}', ['0x45']],
    ['in a message of bytes', `{"MESSAGE":[${[...Buffer.from('ERROR 0x45')].join(',')}]}`, ['0x45']],
    ['without the marker does not count', '{"MESSAGE":"0x45 is an address"}', []],
    ['in what is no JSON does not count', 'ERROR 0x45', []],
  ])('in the journal %s', async (_, entry, expected) => {
    fake(
      'journalctl',
      `[ "$1 $4" = "--follow --unit=th.service" ] || exit 1\necho '${entry}'\necho '{"MESSAGE":"ERROR 0xEE"}'\nexec sleep 60`,
    );
    const { told } = watch([
      { kind: 'error-code', name: 'it', from: { source: 'journal', unit: 'th.service' } },
      { kind: 'process', name: 'process' },
    ]);
    // 0xEE is the last thing said; what came before it has been heard then.
    await eventually(() => told.some(({ errors }) => errors?.includes('0xEE')));
    const heard = new Set(told.flatMap(({ errors }) => errors ?? []));
    heard.delete('0xEE');
    expect([...heard]).toEqual(expected);
  });

  test('from a journal that cannot be followed is not taken as none', async () => {
    const openJournal = () => spawn('/nowhere/journalctl') as ChildProcess;
    const from = { source: 'journal', unit: 'th.service' };
    expect(await looked({ kind: 'error-code', from }, { openJournal })).toBe(false);
  });
});

describe('the checks together', () => {
  test('run side by side: each one has begun before any of them ends', async () => {
    let begun = 0;
    const all = Promise.withResolvers<void>();
    const run = async () => {
      begun += 1;
      if (begun === 3) all.resolve();
      await all.promise;
      return { exitCode: 0, stdout: '' };
    };
    const command = (name: string) => ({ kind: 'command', name, command: 'x' });
    const { health } = watch([command('a'), command('b'), command('c')], { run });
    expect((await health.look()).ok).toBe(true);
  });

  test('one that hangs, or throws, fails by itself and keeps nobody waiting', async () => {
    const run = (name: string) =>
      name === 'throws' ? Promise.reject(new Error('no')) : new Promise<never>(() => undefined);
    const { health } = watch(
      [
        { kind: 'process', name: 'process' },
        { kind: 'command', name: 'hangs', command: 'hangs', timeoutMillis: 100 },
        { kind: 'command', name: 'throws', command: 'throws' },
      ],
      { run },
    );
    expect(await health.look()).toMatchObject({
      ok: false,
      failing: 'hangs',
      checks: [{ ok: true }, { ok: false }, { ok: false }],
    });
  });

  test('a command and its children are ended when their time is up', async () => {
    const file = join(folder, 'alive');
    const args = ['-c', `(sleep 1; touch ${file}) & sleep 60`];
    expect(await looked({ kind: 'command', command: '/bin/sh', args, timeoutMillis: 200 })).toBe(false);
    expect(await looked({ kind: 'command', command: '/bin/sleep', args: ['1.5'] })).toBe(true);
    expect(await looked({ kind: 'command', command: '/usr/bin/test', args: ['-e', file] })).toBe(false);
  });

  test('a check is not begun again while it is under way', async () => {
    let begun = 0;
    const end = Promise.withResolvers<{ exitCode: number; stdout: string }>();
    const run = () => {
      begun += 1;
      return end.promise;
    };
    const { health } = watch([{ kind: 'command', name: 'slow', command: 'x' }], { run });
    const looks = [health.look(), health.look()];
    end.resolve({ exitCode: 0, stdout: '' });
    await Promise.all(looks);
    expect(begun).toBe(1);
  });

  test('say of each what it is worth: at the end only, by the past, seen before', async () => {
    const run = () => Promise.resolve({ exitCode: 0, stdout: '' });
    const { health } = watch(
      [
        { kind: 'command', name: 'ready', command: 'x', holds: 'at-confirm', everyMillis: 60_000 },
        { kind: 'mqtt', name: 'mqtt' },
        { kind: 'mqtt', name: 'strict', byPast: false },
      ],
      { run },
    );
    const rest = [
      { name: 'mqtt', ok: true, byPast: true },
      { name: 'strict', ok: true },
    ];
    expect((await health.look()).checks).toEqual([{ name: 'ready', ok: true, atConfirm: true }, ...rest]);
    expect((await health.look()).checks).toEqual([
      { name: 'ready', ok: true, atConfirm: true, again: true },
      ...rest,
    ]);
  });

  test('one with a rhythm of its own is told unasked when it changes', async () => {
    let exitCode = 0;
    const run = () => Promise.resolve({ exitCode, stdout: '' });
    const check = { kind: 'command', name: 'often', command: 'x', everyMillis: 1_000 };
    const { told } = watch([check], { run });
    exitCode = 1;
    await eventually(() => told.length > 0);
    expect(told[0]).toMatchObject({ ok: false, failing: 'often' });
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
