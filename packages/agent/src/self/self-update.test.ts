import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, isRefused, type SlotName, startClock, targetPath } from '@tuesday/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Device } from '../run/device.ts';
import { type ControlPlane, startControlPlane } from '../run/testing/control-plane.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { realDisk } from '../storage/disk.ts';
import { nextStart } from './launcher.ts';
import { AGENT_HARDWARE, startSelfUpdate } from './self-update.ts';

const NOW = Date.UTC(2031, 0, 7, 9);
const clock = clockOf(startClock(NOW, 600));
const NEW = Buffer.from('#!/bin/sh\n# agent 3.2.5\n');

let top: string;
let plane: ControlPlane;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'self-'));
  writeFileSync(join(top, 'packaged'), '#!/bin/sh\n# agent 3.2.4\n');
  plane = await startControlPlane(NEW, NOW, '', { hardware: AGENT_HARDWARE });
  plane.offer = {
    kind: 'update',
    offer: 'r1.u1',
    rollout: 'r1',
    version: '3.2.5',
    target: targetPath('3.2.5', AGENT_HARDWARE),
    probationSeconds: 600,
  };
});
afterEach(async () => {
  await plane.close();
  rmSync(top, { recursive: true });
});

/** An agent from this slot, until it asks for another start or its update has been told. */
async function live(slot: SlotName | undefined, isWell: boolean): Promise<'restart' | 'told'> {
  const asked = Promise.withResolvers<'restart'>();
  const started = await startSelfUpdate({
    folder: join(top, 'agent'),
    server: plane.server,
    device: 'gw-1',
    fleetKey: 'any',
    rootJson: plane.rootJson,
    packaged: { path: join(top, 'packaged'), version: '3.2.4' },
    slot,
    disk: realDisk,
    clock,
    random: Math.random,
    log: () => undefined,
    isWell: () => isWell,
    restart: () => asked.resolve('restart'),
  });
  if (isRefused(started)) throw new Error(started.refused.because);
  const { device }: { device: Device } = started;
  const over = device.run();
  const told = Promise.race([plane.outcome('confirmed'), plane.outcome('rolled-back')]);
  const end = await Promise.race([asked.promise, told.then(() => 'told' as const)]);
  device.stop();
  await over;
  return end;
}

/** What the launcher starts next. */
async function nextStartFrom(): Promise<SlotName | undefined> {
  const next = await nextStart({
    folder: join(top, 'agent'),
    packaged: { path: join(top, 'packaged'), version: '3.2.4' },
    disk: realDisk,
    clock,
    random: Math.random,
    log: () => undefined,
  });
  return next.is === 'start' ? next.executable.slot : undefined;
}

test('a new agent is taken like firmware: written, started on trial, confirmed once it has been answered', async () => {
  expect(await live(undefined, true)).toBe('restart');
  expect(await nextStartFrom()).toBe('b');
  expect(readFileSync(join(top, 'agent/slot-b/agent'))).toEqual(NEW);
  expect(await live('b', true)).toBe('told');
  expect(plane.outcomes.map(({ kind }) => kind)).toEqual(['installed', 'confirmed']);
  expect(plane.reports[0]).toMatchObject({ hardware: AGENT_HARDWARE, slots: { a: { version: '3.2.4' } } });
  expect(await new DeviceStorage(join(top, 'agent')).readControl()).toEqual({
    defaultSlot: 'b',
    trialSlot: null,
    attempts: 0,
  });
  expect(await nextStartFrom()).toBe('b');
});

test('a new agent that is never answered is left after three starts, and the one before says so', async () => {
  expect(await live(undefined, true)).toBe('restart');
  for (const start of [1, 2, 3]) {
    expect(await nextStartFrom(), `start ${start}`).toBe('b');
    expect(await live('b', false)).toBe('restart');
  }
  expect(await nextStartFrom()).toBe('a');
  expect(await live('a', true)).toBe('told');
  expect(plane.outcomes.at(-1)).toMatchObject({ kind: 'rolled-back', running: '3.2.4', bootAttempts: 3 });
});
