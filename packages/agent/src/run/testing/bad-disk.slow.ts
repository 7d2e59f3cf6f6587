/** A real agent on a real file system that is full, or takes no writes. Wants root, to mount one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clockOf, isRefused, startClock } from '@tuesday/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeBundle } from '../../slots/bundle.ts';
import { provision } from '../provision.ts';
import { runAgent, type RunningAgent } from '../run-agent.ts';
import { type ControlPlane, NOTHING, startControlPlane } from './control-plane.ts';

const NOW = Date.UTC(2031, 0, 7, 9);
const clock = clockOf(startClock(NOW, 600));
const factory = { tuesday: 1, version: '3.2.4', hardware: 'th-1', securityVersion: 0 } as const;
const healthy = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;
const OFFER = {
  kind: 'update',
  offer: 'r1.u1',
  rollout: 'r1',
  version: '3.2.5',
  target: '3.2.5/th-1.bundle',
  probationSeconds: 300,
} as const;

const mount = (...args: string[]) => execFileSync('mount', args);

let top: string;
let plane: ControlPlane;
let agent: RunningAgent | undefined;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'bad-disk-'));
  mount('-t', 'tmpfs', '-o', 'size=2m', 'tuesday-test', top);
  plane = await startControlPlane(makeBundle({ version: '3.2.5', hardware: 'th-1' }, healthy), NOW);
});
afterEach(async () => {
  await agent?.stop();
  await plane.close();
  execFileSync('umount', [top]);
  rmSync(top, { recursive: true });
});

async function start(): Promise<void> {
  const folder = join(top, 'device');
  await provision(folder, factory, makeBundle({ version: '3.2.4', hardware: 'th-1' }, healthy));
  const running = await runAgent({
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
    settings: { settleMillis: 900_000, trialHealthEveryMillis: 120_000 },
  });
  if (isRefused(running)) throw new Error(running.refused.because);
  agent = running;
}

/** The codes of trouble in the next report that has, or lacks, any. */
async function reported(trouble: boolean): Promise<string[]> {
  const before = plane.reports.length;
  for (;;) {
    const found = plane.reports.slice(before).find((report) => (report.trouble !== undefined) === trouble);
    if (found) return (found.trouble ?? []).map(({ code }) => code);
    await sleep(20);
  }
}

/** Busy while a file is open for writing. */
async function remount(mode: 'ro' | 'rw'): Promise<void> {
  for (;;) {
    try {
      return void mount('-o', `remount,${mode}`, top);
    } catch {
      await sleep(20);
    }
  }
}

describe('an agent whose disk', () => {
  test('takes no writes at its start runs the firmware, says so, and updates when it does again', async () => {
    plane.offer = NOTHING;
    await start();
    await reported(false);
    await agent?.stop();
    await remount('ro');
    plane.offer = OFFER;
    await start();
    expect(await reported(true)).toEqual(['read-only']);
    expect(plane.reports.at(-1)?.health).toEqual({ ok: true });
    await remount('rw');
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
    expect(await reported(false)).toEqual([]);
  });

  test('is full says so, stays on what it runs, and updates when there is room', async () => {
    plane.offer = NOTHING;
    await start();
    await reported(false);
    const ballast = join(top, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(4_000_000))).toThrow('ENOSPC');
    plane.offer = OFFER;
    expect(await reported(true)).toEqual(['no-space']);
    expect(plane.reports.at(-1)).toMatchObject({ active: 'a', health: { ok: true } });
    rmSync(ballast);
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
  });
});
