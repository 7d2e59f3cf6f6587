/** For each kind of check: a version on trial that held, and does not any more, is a failed attempt. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, expect, test } from 'vitest';
import { advance } from '../core/advance.ts';
import { agentConfig } from '../core/config.ts';
import { initialJournal, type Journal } from '../core/journal.ts';
import type { Effect, State } from '../core/types.ts';
import { pretendRelease } from '../testing/pretend-release.ts';
import { startMosquitto } from '../transport/testing/mosquitto.ts';
import { healthConfigSchema } from './declared.ts';
import { HealthWatch } from './health-watch.ts';
import { runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'regress-'));
const open: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const old = pretendRelease('3.2.4').signed.custom;
const { signed, target } = pretendRelease('3.2.5', { wayBack: '3.2.4' });
const journal: Journal = {
  ...initialJournal(old),
  slots: { a: { state: 'confirmed', version: '3.2.4' }, b: { state: 'trying', version: '3.2.5' } },
  facts: { a: old, b: signed.custom },
  past: { it: '1'.repeat(20) },
  intent: {
    offer: 'r-1.u1',
    rollout: 'r-1',
    kind: 'update',
    version: '3.2.5',
    target,
    probationSeconds: 3_600,
    slot: 'b',
    step: 'trying',
    stepsTaken: 5,
    signed,
    bootAttempts: 1,
    installed: false,
  },
};

/** What the check looks at, as it holds now; and a way to make it fail. */
interface Scene {
  readonly check: object;
  readonly breaks: () => unknown;
}

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A file that decides what a program answers. */
function switchFile(name: string): { file: string; breaks: () => void } {
  const file = join(folder, name);
  writeFileSync(file, 'active');
  return { file, breaks: () => writeFileSync(file, 'failed') };
}

/** What the firmware tells. */
const told = {
  running: true,
  error: undefined as string | undefined,
  mqttDownMillis: 0,
  broker: undefined,
  metrics: undefined,
};

const scenes: [string, () => Scene | Promise<Scene>][] = [
  ['process', () => ({ check: { kind: 'process' }, breaks: () => (told.running = false) })],
  [
    'error code of the firmware',
    () => ({
      check: { kind: 'error-code', from: { source: 'firmware' } },
      breaks: () => (told.error = '0x45'),
    }),
  ],
  [
    'error code in a file',
    () => {
      const file = join(folder, 'error');
      return {
        check: { kind: 'error-code', from: { source: 'file', file } },
        breaks: () => writeFileSync(file, '0x45'),
      };
    },
  ],
  [
    'MQTT session of the firmware',
    () => ({ check: { kind: 'mqtt' }, breaks: () => (told.mqttDownMillis = 600_000) }),
  ],
  [
    'MQTT session of its own',
    async () => {
      const broker = await startMosquitto(join(folder, 'broker'));
      open.push(() => broker.kill());
      return { check: { kind: 'mqtt', url: broker.urls.mqtt }, breaks: () => broker.kill() };
    },
  ],
  [
    'port',
    async () => {
      const server = createServer();
      const port = await portOf(server);
      return { check: { kind: 'port', port }, breaks: () => new Promise((resolve) => server.close(resolve)) };
    },
  ],
  [
    'HTTP answer',
    async () => {
      let status = 200;
      const server = createHttp((_, answer) => answer.writeHead(status).end());
      open.push(() => server.closeAllConnections());
      return {
        check: { kind: 'http', url: `http://127.0.0.1:${await portOf(server)}/` },
        breaks: () => (status = 503),
      };
    },
  ],
  [
    'unit',
    () => {
      const { file, breaks } = switchFile('unit');
      const bin = mkdtempSync(join(folder, 'bin-'));
      writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\ncat ${file}; grep -q active ${file}\n`);
      chmodSync(join(bin, 'systemctl'), 0o755);
      const before = process.env['PATH'];
      process.env['PATH'] = `${bin}:${before ?? ''}`;
      open.push(() => (process.env['PATH'] = before));
      return { check: { kind: 'unit', unit: 'th.service' }, breaks };
    },
  ],
  [
    'command',
    () => {
      const { file, breaks } = switchFile('command');
      return { check: { kind: 'command', command: '/bin/grep', args: ['-q', 'active', file] }, breaks };
    },
  ],
];

test.each(scenes)('%s', async (_, scene) => {
  Object.assign(told, { running: true, error: undefined, mqttDownMillis: 0 });
  const { check, breaks } = await scene();
  const health = new HealthWatch({
    checks: healthConfigSchema.parse({ checks: [{ name: 'it', ...check }] }).checks,
    application: told,
    environment: {},
    clock: wallClock(),
    tell: () => undefined,
    run: runCommand,
  });
  health.begin();
  open.push(() => health.end());

  const control = { defaultSlot: 'a', trialSlot: 'b', attempts: 1 } as const;
  let effects: readonly Effect[] = [];
  let state: State | null = null;
  const hear = (input: Parameters<typeof advance>[1]) =>
    ({ state, effects } = advance(state, input, 1_000, config, () => 0.5));
  /** As once a minute: the timer asks, the checks answer. */
  const minute = async () => {
    hear({ is: 'timer', name: 'health' });
    expect(effects).toContainEqual({ do: 'check-health' });
    hear(await health.look());
  };
  hear({ is: 'woke', journal, control, booted: 'b' });
  hear({ is: 'application-started', slot: 'b' });
  await minute();
  expect((state as State | null)?.probation).toBe('running');
  await breaks();
  // One look, or two for a connection.
  await minute();
  if (!effects.some((effect) => effect.do === 'reboot')) await minute();
  expect(effects.at(-1)).toEqual({ do: 'reboot' });
  expect(effects.findLast((effect) => effect.do === 'persist')?.journal.intent?.failure).toMatchObject({
    code: 'health-failed',
    because: 'health check it failed',
  });
});
