import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { agentConfig } from '../core/config.ts';
import { relayConfigSchema } from '../relay/config.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import type { AgentOptions, RunningAgent } from './run-agent.ts';
import { type ControlPlane, startControlPlane } from './testing/control-plane.ts';
import { firmware, HEALTHY, NOW, startThermostat } from './testing/thermostat.ts';

const top = mkdtempSync(join(tmpdir(), 'rescue-'));
const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(top, { recursive: true }));

const dead = `console.log('{"error":"0x45"}'); process.exit(69);`;
const usual = agentConfig({ device: 'any', hardware: 'any' }).rescue;
const rescue = usual && {
  ...usual,
  afterMillis: 300_000,
  probationSeconds: 300,
  backOff: { baseMillis: 30_000, capMillis: 300_000 },
};

async function start(
  plane: ControlPlane,
  program: string,
  { folder = join(mkdtempSync(join(top, 'device-')), 'device'), ...more }: Partial<AgentOptions> = {},
): Promise<RunningAgent> {
  const settings = { settleMillis: 900_000, trialHealthEveryMillis: 120_000, rescue };
  const agent = await startThermostat(plane, folder, { program, settings, ...more });
  open.push(() => agent.stop());
  return agent;
}

test('a device whose only firmware is dead takes a signed recovery release that nobody offers', async () => {
  const bundle = firmware('3.2.5', HEALTHY);
  const plane = await startControlPlane(bundle, NOW, '', { recovery: true });
  open.push(() => plane.close());
  const agent = await start(plane, dead);
  expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5', rollout: 'rescue' });
  expect(agent.state?.journal.rescue).toBeUndefined();
});

test('one that cannot reach its server takes it from a neighbour on the link, which fetches it for that', async () => {
  const bundle = firmware('3.2.5', HEALTHY);
  const plane = await startControlPlane(bundle, NOW, '', { recovery: true });
  open.push(() => plane.close());
  const link = relayConfigSchema.parse({
    lan: { addresses: ['127.0.0.1'], beaconPort: 20_000 + (process.pid % 20_000) },
  });
  await start(plane, HEALTHY, { relay: link });
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
