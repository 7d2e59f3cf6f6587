import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Application, programIn } from './application.ts';
import { type CustomCheck, usualChecks } from './declared.ts';
import { HealthWatch } from './health-watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'application-'));
afterAll(() => rmSync(folder, { recursive: true }));

let application: Application;
afterEach(() => application.stop());

/** Starts a program; resolves with what is awaited. */
function run(program: string) {
  const file = join(folder, 'app.mjs');
  writeFileSync(file, program);
  const exits = Promise.withResolvers<{ exitCode: number | null; errorCode: string | undefined }>();
  const news = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  application = new Application({
    clock: wallClock(),
    program: (slot) => programIn(slot === 'a' ? file : join(folder, 'missing.mjs')),
    environment: {},
    workFolder: folder,
    onStarted: () => started.resolve(),
    onExit: (exitCode, errorCode) => exits.resolve({ exitCode, errorCode }),
    onNews: () => news.resolve(),
  });
  application.start('a');
  return { exit: exits.promise, news: news.promise, started: started.promise };
}

const staying = 'process.stdin.resume();';
const check = ({ mqttGraceMillis = 60_000, custom = undefined as CustomCheck | undefined } = {}) =>
  new HealthWatch({
    checks: usualChecks({ application: 'process', mqttGraceMillis, custom }),
    application,
    environment: { region: 'eu' },
    clock: wallClock(),
    tell: () => undefined,
  }).look();

describe('the firmware as a child process', () => {
  test.each<[string, string, { exitCode: number | null; errorCode: string | undefined }]>([
    ['an exit code is an error code', 'process.exit(69)', { exitCode: 69, errorCode: '0x45' }],
    ['an orderly end is none', 'process.exit(0)', { exitCode: 0, errorCode: undefined }],
    ['a crash of the runtime is none', 'throw 1', { exitCode: 1, errorCode: undefined }],
    [
      'what it printed last is heard before its end',
      `process.stdout.write('{"error":"0x1F"}\\n', () => process.exit(69))`,
      { exitCode: 69, errorCode: '0x1F' },
    ],
  ])('%s', async (_, program, expected) => {
    expect(await run(program).exit).toEqual(expected);
    expect(await check()).toMatchObject({ ok: false, failing: 'process' });
  });

  test('the broker that it names is part of the environment', async () => {
    await run(
      `console.log('noise'); console.log('{"mqtt":"connected"}\\n{"broker":"mosquitto 2.0.18"}'); ${staying}`,
    ).news;
    expect(await check()).toEqual({
      is: 'health',
      ok: true,
      checks: [
        { name: 'process', ok: true },
        { name: 'error-code', ok: true },
        { name: 'mqtt', ok: true, byPast: true },
      ],
      errors: [],
      environment: { region: 'eu', broker: 'mosquitto 2.0.18' },
    });
  });

  test('an error code that is raised fails the check while the process lives', async () => {
    await run(`console.log('{"error":"0x45"}'); ${staying}`).news;
    expect(await check()).toMatchObject({ ok: false, failing: 'error-code', errors: ['0x45'] });
  });

  test('an MQTT session that stays down fails the check', async () => {
    await run(staying).started;
    expect(await check({ mqttGraceMillis: 0 })).toMatchObject({ ok: false, failing: 'mqtt' });
    expect(await check()).toMatchObject({ ok: true });
  });

  test.each<[string, string[], boolean]>([
    ['a command that ends with 0 holds', ['-e', 'process.exit(0)'], true],
    ['a command that ends otherwise fails', ['-e', 'process.exit(3)'], false],
    ['a command that does not end fails', ['-e', 'setInterval(() => 0, 1000)'], false],
  ])('%s', async (_, args, ok) => {
    await run(staying).started;
    const custom = { command: process.execPath, args, timeoutMillis: ok ? 30_000 : 1_000 };
    expect((await check({ custom })).ok).toBe(ok);
  });

  test('a program that is not there exits', async () => {
    const { exit } = run(staying);
    application.start('b');
    expect((await exit).exitCode).not.toBe(0);
  });
});
