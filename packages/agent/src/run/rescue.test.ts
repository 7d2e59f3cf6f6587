import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, isRefused, startClock } from '@tuesday/protocol';
import { afterAll, afterEach, expect, test } from 'vitest';
import { agentConfig } from '../core/config.ts';
import { relayConfigSchema } from '../relay/config.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { makeBundle } from '../slots/bundle.ts';
import { provision } from './provision.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';
import { type ControlPlane, startControlPlane } from './testing/control-plane.ts';

const top = mkdtempSync(join(tmpdir(), 'rescue-'));
const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(top, { recursive: true }));

const NOW = Date.UTC(2031, 0, 7, 9);
const clock = clockOf(startClock(NOW, 600));
const factory = { tuesday: 1, version: '3.2.4', hardware: 'th-1', securityVersion: 0 } as const;
const healthy = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;
const dead = `console.log('{"error":"0x45"}'); process.exit(69);`;
const usual = agentConfig({ device: 'any', hardware: 'any' }).rescue;
const rescue = usual && {
  ...usual,
  afterMillis: 300_000,
  probationSeconds: 300,
  backOff: { baseMillis: 30_000, capMillis: 300_000 },
};

async function start(plane: ControlPlane, program: string, more: object = {}): Promise<RunningAgent> {
  const { folder = join(mkdtempSync(join(top, 'device-')), 'device') } = more as { folder?: string };
  await provision(folder, factory, makeBundle({ version: '3.2.4', hardware: 'th-1' }, program));
  const agent = await runAgent({
    folder,
    server: plane.server,
    device: 'thermostat-1',
    hardware: 'th-1',
    fleetKey: 'any',
    rootJson: plane.rootJson,
    environment: {},
    clock,
    random: Math.random,
    mqttGraceMillis: 3_600_000,
    settings: { settleMillis: 900_000, trialHealthEveryMillis: 120_000, rescue },
    ...more,
  });
  if (isRefused(agent)) throw new Error(agent.refused.because);
  open.push(() => agent.stop());
  return agent;
}

test('a device whose only firmware is dead takes a signed recovery release that nobody offers', async () => {
  const bundle = makeBundle({ version: '3.2.5', hardware: 'th-1' }, healthy);
  const plane = await startControlPlane(bundle, NOW, '', { recovery: true });
  open.push(() => plane.close());
  const agent = await start(plane, dead);
  expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5', rollout: 'rescue' });
  expect(agent.state?.journal.rescue).toBeUndefined();
});

test('one that cannot reach its server takes it from a neighbour on the link, which fetches it for that', async () => {
  const bundle = makeBundle({ version: '3.2.5', hardware: 'th-1' }, healthy);
  const plane = await startControlPlane(bundle, NOW, '', { recovery: true });
  open.push(() => plane.close());
  const link = relayConfigSchema.parse({
    lan: { addresses: ['127.0.0.1'], beaconPort: 20_000 + (process.pid % 20_000) },
  });
  await start(plane, healthy, { relay: link });
  const cut = { ...plane, server: 'http://127.0.0.1:9' };
  const folder = join(mkdtempSync(join(top, 'device-')), 'device');
  await new DeviceStorage(folder).open();
  await new DeviceStorage(folder).writeIdentity({ device: 'far', token: 'lost' });
  const agent = await start(cut, dead, { folder, device: 'far', relay: link });
  await eventually(() => agent.state?.journal.slots.b.state === 'confirmed');
  expect(agent.state?.journal.rescue).toBeUndefined();
}, 60_000);

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
