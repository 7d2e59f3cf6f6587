/** A real agent on a real file system that is full, or takes no writes. Wants root, to mount one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningAgent } from '../run-agent.ts';
import { type ControlPlane, NOTHING, startControlPlane } from './control-plane.ts';
import { firmware, HEALTHY, NOW, OFFER, startThermostat } from './thermostat.ts';

const mount = (...args: string[]) => execFileSync('mount', args);

let top: string;
let plane: ControlPlane;
let agent: RunningAgent | undefined;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'bad-disk-'));
  mount('-t', 'tmpfs', '-o', 'size=2m', 'tuesday-test', top);
  plane = await startControlPlane(firmware('3.2.5', HEALTHY), NOW);
});
afterEach(async () => {
  await agent?.stop();
  await plane.close();
  execFileSync('umount', [top]);
  rmSync(top, { recursive: true });
});

async function start(): Promise<void> {
  agent = await startThermostat(plane, join(top, 'device'));
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
