/** The arm64 executable on an arm64 kernel: it says what it is, starts, and checks in with a real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { makeBundle } from '@tuesday/agent';
import { formatClock, startClock, wallClock } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { ServerProcess } from '../testing/server-process.ts';
import { Arm64Machine } from './arm64-machine.ts';
import { builtExecutable } from './built-agent.ts';

const FIRMWARE = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;
const CLOCK = formatClock(startClock(Date.parse('2026-11-24T09:00:00Z'), 5));

test('the arm64 executable runs on arm64: its version, its launcher, its firmware, and a check-in', async () => {
  await using left = new AsyncDisposableStack();
  const folder = left.adopt(mkdtempSync('/tmp/tuesday-arm64-'), (made) => rmSync(made, { recursive: true }));
  const executable = await builtExecutable(folder, '1.2.3', 'arm64');
  const server = left.adopt(await ServerProcess.make(CLOCK), (made) => made.remove());
  await server.start();
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  const facts = { tuesday: 1, version: '3.2.4', hardware: 'th-2', securityVersion: 0 } as const;
  const config = {
    folder: '/device/data',
    // The machine that emulates, as its guest sees it.
    server: server.url.replace('127.0.0.1', '10.0.2.2'),
    mqtt: 'none',
    device: 'arm',
    hardware: 'th-2',
    fleetKeyFile: '/device/fleet-key',
    rootFile: '/device/root.json',
    factory: { bundleFile: '/device/factory.bundle', facts },
  };
  const files = {
    'agent.json': JSON.stringify(config),
    'fleet-key': server.secret('fleet.json', 'fleetKey'),
    'root.json': await (await fetch(`${server.url}/device/v1/trust/metadata/1.root.json`)).text(),
    'factory.bundle': makeBundle({ version: '3.2.4', hardware: 'th-2' }, FIRMWARE),
    clock: CLOCK,
  };
  const machine = left.adopt(new Arm64Machine({ folder, executable, files }), (made) => made.remove());

  expect((await machine.says(/INIT version (.*)/))[1]).toBe('1.2.3 on aarch64');
  await machine.says(/"event":"running","device":"arm"/);
  const report = async () => {
    const view = await server.operator
      .call('viewDevice', { params: { device: 'arm' } })
      .catch(() => undefined);
    return view?.report ?? undefined;
  };
  while ((await report()) === undefined) await wallClock().sleep(250);
  expect(await report()).toMatchObject({
    agent: '1.2.3',
    health: { ok: true },
    slots: { a: { state: 'confirmed', version: '3.2.4' } },
  });
  const kilobytes = Number((await machine.says(/INIT memory VmRSS:\s+(\d+) kB/))[1]);
  expect(kilobytes).toBeLessThan(80 * 1_024);
}, 600_000);
