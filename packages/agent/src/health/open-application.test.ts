import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { ApplicationPort } from './application.ts';
import { type ApplicationConfig, applicationConfigSchema } from './application-config.ts';
import { openApplication, usualApplication } from './open-application.ts';

const folder = mkdtempSync(join(tmpdir(), 'open-application-'));
const children: ChildProcess[] = [];
const path = process.env['PATH'] ?? '';
let running: ApplicationPort | undefined;
afterEach(() => {
  running?.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  process.env['PATH'] = path;
});
afterAll(() => rmSync(folder, { recursive: true }));

type News = 'started' | { exitCode: number | null; errorCode: string | undefined };

function start(config: object, program?: (slot: string) => string) {
  const news: News[] = [];
  const opened = openApplication(applicationConfigSchema.parse(config), {
    clock: wallClock(),
    program,
    environment: {},
    workFolder: folder,
    onStarted: () => news.push('started'),
    onExit: (exitCode, errorCode) => news.push({ exitCode, errorCode }),
    onNews: () => undefined,
  });
  if (isRefused(opened)) throw new Error(opened.refused.because);
  running = opened.application;
  opened.application.start('b');
  return { application: opened.application, news };
}

/** A systemctl that keeps the states of units in files, and every call in a log. */
function fakeSystemctl(starts: 'well' | 'slow' | 'broken' = 'well'): {
  set: (state: string, id: string, status?: number) => void;
  calls: () => string[];
} {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const [shown, log] = [join(bin, 'shown'), join(bin, 'log')];
  const script = `echo "$@" >> ${log}
    case "$1" in
      start) case ${starts} in
          broken) exit 1;;
          well) grep -q '=active$' ${shown} || printf 'ActiveState=active\\nInvocationID=first\\n' > ${shown};;
        esac;;
      stop) printf 'ActiveState=inactive\\nInvocationID=\\n' > ${shown};;
      show) cat ${shown};;
    esac`;
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'systemctl'), 0o755);
  writeFileSync(log, '');
  process.env['PATH'] = `${bin}:${path}`;
  const set = (state: string, id: string, status = 0) =>
    writeFileSync(shown, `ActiveState=${state}\nInvocationID=${id}\nExecMainStatus=${status}\n`);
  set('inactive', '');
  return { set, calls: () => readFileSync(log, 'utf8').split('\n') };
}

const unit = { kind: 'unit', unit: 'thermostat@{slot}.service', pollMillis: 100 };

describe('firmware that is a systemd unit', () => {
  test('is started for its slot, watched, and stopped', async () => {
    const { calls } = fakeSystemctl();
    const { application, news } = start(unit);
    await eventually(() => news.length > 0);
    expect(news).toEqual(['started']);
    expect(application.running).toBe(true);
    application.stop();
    expect(application.running).toBe(false);
    await eventually(() => calls().includes('stop thermostat@b.service'));
    expect(calls()[0]).toBe('start thermostat@b.service');
    expect(news).toEqual(['started']);
  });

  test.each<[string, (set: ReturnType<typeof fakeSystemctl>['set']) => void, News]>([
    [
      'that fails has ended, with the error code of its exit',
      (set) => set('failed', 'first', 0x45),
      { exitCode: 69, errorCode: '0x45' },
    ],
    [
      'that is stopped by somebody has ended',
      (set) => set('inactive', 'first'),
      { exitCode: 0, errorCode: undefined },
    ],
    [
      'that systemd started anew has ended in between',
      (set) => set('active', 'second'),
      { exitCode: null, errorCode: undefined },
    ],
  ])('%s', async (_, happens, expected) => {
    const { set } = fakeSystemctl();
    const { application, news } = start(unit);
    await eventually(() => news.length > 0);
    happens(set);
    await eventually(() => news.length > 1);
    expect(news).toEqual(['started', expected]);
    expect(application.running).toBe(false);
  });

  test('that is being started is neither up nor gone', async () => {
    const { set, calls } = fakeSystemctl('slow');
    set('activating', 'first');
    const { news } = start(unit);
    await eventually(() => calls().filter((call) => call.startsWith('show')).length >= 3);
    expect(news).toEqual([]);
    set('active', 'first');
    await eventually(() => news.length > 0);
    expect(news).toEqual(['started']);
  });

  test('whose start fails has ended', async () => {
    fakeSystemctl('broken');
    const { news } = start(unit);
    await eventually(() => news.length > 0);
    expect(news).toEqual([{ exitCode: null, errorCode: undefined }]);
  });

  test('is not stopped by an agent that did not start it', () => {
    const { calls } = fakeSystemctl();
    const opened = openApplication(applicationConfigSchema.parse(unit), {
      clock: wallClock(),
      environment: {},
      workFolder: folder,
      onStarted: () => undefined,
      onExit: () => undefined,
      onNews: () => undefined,
    });
    if (!isRefused(opened)) opened.application.stop();
    expect(calls()).toEqual(['']);
  });
});

describe('firmware that the boot itself started', () => {
  const pidFile = join(folder, 'firmware.pid');
  const external = { kind: 'external', pidFile, pollMillis: 100 };
  const sleeper = () => {
    const child = spawn('/bin/sleep', ['60']);
    children.push(child);
    writeFileSync(pidFile, `${child.pid}\n`);
    return child;
  };

  test('is seen by its pid file, and when it ends', async () => {
    const child = sleeper();
    const { news } = start(external);
    await eventually(() => news.length > 0);
    child.kill('SIGKILL');
    await eventually(() => news.length > 1);
    expect(news).toEqual(['started', { exitCode: null, errorCode: undefined }]);
  });

  test('that was started anew has ended in between', async () => {
    sleeper();
    const { news } = start(external);
    await eventually(() => news.length > 0);
    sleeper();
    await eventually(() => news.length > 1);
    expect(news[1]).toEqual({ exitCode: null, errorCode: undefined });
  });

  test('is not stopped with the agent', async () => {
    const child = sleeper();
    const { application, news } = start(external);
    await eventually(() => news.length > 0);
    application.stop();
    expect(process.kill(child.pid ?? 0, 0)).toBe(true);
  });

  test('without a pid file is taken as running', async () => {
    const { application, news } = start({ kind: 'external' });
    await eventually(() => news.length > 0);
    expect(application.running).toBe(true);
  });
});

describe('firmware by its configuration', () => {
  test('is a fixed program with its arguments', async () => {
    const { news } = start({ kind: 'program', command: '/bin/sh', args: ['-c', 'exit 69'] });
    await eventually(() => news.length > 1);
    expect(news).toEqual(['started', { exitCode: 69, errorCode: '0x45' }]);
  });

  test('is the module of its slot', async () => {
    const file = join(folder, 'b.mjs');
    writeFileSync(file, 'process.exit(31)');
    const { news } = start({ kind: 'process' }, (slot) => join(folder, `${slot}.mjs`));
    await eventually(() => news.length > 1);
    expect(news.at(-1)).toEqual({ exitCode: 31, errorCode: '0x1F' });
  });

  test('cannot be the program of a slot that holds a whole system', () => {
    expect(() => start({ kind: 'process' })).toThrow('application.kind');
  });

  test.each<[string, ((slot: string) => string) | undefined, ApplicationConfig['kind']]>([
    ['whose slots hold programs', () => 'x', 'process'],
    ['whose slots hold whole systems', undefined, 'external'],
  ])('that says nothing, of a device %s, is of the kind that fits', (_, program, kind) => {
    expect(usualApplication(program).kind).toBe(kind);
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
