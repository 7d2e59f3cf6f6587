import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initialJournal, type Intent } from '../core/journal.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { AgentSlots } from './agent-slots.ts';
import { type Ended, isOverdue, nextStart, START_AGAIN } from './launcher.ts';
import { provisionSelf } from './provision-self.ts';

let folder: string;
let storage: DeviceStorage;
let slots: AgentSlots;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'launcher-'));
  storage = new DeviceStorage(folder);
  slots = new AgentSlots(folder, realDisk);
  await storage.open();
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock = new VirtualClock(0);

function signedAs(version: string) {
  const bytes = Buffer.from(`agent ${version}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const custom = { tuesday: 1, version, hardware: 'tuesday-agent-linux-x64', securityVersion: 0 } as const;
  const path = join(folder, `agent-${version}`);
  writeFileSync(path, bytes);
  return { path, signed: { length: bytes.length, sha256, custom } };
}

async function write(slot: SlotName, version: string): Promise<void> {
  const { path, signed } = signedAs(version);
  expect(await slots.write(slot, path, signed)).toEqual({ written: true });
}

const TRYING: Intent = {
  offer: 'r1.u1',
  rollout: 'r1',
  kind: 'update',
  version: '1.1.0',
  target: 'tuesday-agent-linux-x64/1.1.0',
  probationSeconds: 60,
  slot: 'b',
  step: 'trying',
  stepsTaken: 4,
  bootAttempts: 0,
  installed: false,
};

const options = (disk: Disk = realDisk) => ({
  folder,
  packaged: { path: '/usr/lib/tuesday/tuesday-agent', version: '1.0.0' },
  disk,
  clock,
  random: () => 0.5,
  log: () => undefined,
});

/** What is started, one after the other, while agents end as told; last the code that the launcher ends with. */
async function ends(...codes: number[]): Promise<Array<string | number>> {
  const started: Array<string | number> = [];
  let ended: Ended | undefined;
  for (;;) {
    const next = await nextStart(options(), ended);
    if (next.is === 'end') return [...started, next.code];
    if (next.is === 'start') started.push(next.executable.slot ?? 'packaged');
    const code = next.is === 'wait' ? 0 : codes.shift();
    if (code === undefined) return started;
    ended = { standing: next.standing, code };
  }
}

describe('the launcher starts', () => {
  test('the packaged executable while the agent has no slots', async () => {
    expect(await ends(1, 1)).toEqual(['packaged', 'packaged', 'packaged']);
  });

  test('the confirmed slot', async () => {
    const packaged = signedAs('1.0.0');
    await provisionSelf(storage, slots, packaged);
    expect(await ends(137, 1)).toEqual(['a', 'a', 'a']);
  });

  test('an executable on trial three times, and then the one before', async () => {
    await write('a', '1.0.0');
    await write('b', '1.1.0');
    await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
    expect(await ends(1, 139, 0, 1)).toEqual(['b', 'b', 'b', 'a', 'a']);
    expect(await storage.readControl()).toEqual({ defaultSlot: 'a', trialSlot: null, attempts: 3 });
  });

  test('the other slot at once when the agent asks for it', async () => {
    await write('a', '1.0.0');
    await write('b', '1.1.0');
    await storage.writeControl({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
    expect(await ends(START_AGAIN, START_AGAIN)).toEqual(['b', 'b', 'b']);
  });

  test('the other slot when the one that should start is not whole', async () => {
    await write('a', '1.0.0');
    await write('b', '1.1.0');
    await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
    writeFileSync(slots.executable('b'), 'cut');
    expect(await ends()).toEqual(['a']);
    expect((await storage.readControl())?.trialSlot).toBeNull();
  });

  test('no version that was left, but the packaged executable', async () => {
    await write('a', '1.0.0');
    await write('b', '1.1.0');
    await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
    const facts = signedAs('1.0.0').signed.custom;
    await storage.writeJournal({ ...initialJournal(facts), rolledBackFrom: ['1.1.0'] });
    writeFileSync(slots.executable('a'), 'cut');
    expect(await ends()).toEqual(['packaged']);
  });

  test('the other slot when one whose bytes have changed has failed three times', async () => {
    await write('a', '1.0.0');
    await write('b', '1.1.0');
    await storage.writeControl({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
    writeFileSync(slots.executable('b'), 'agent 1.1.?');
    expect(await ends(139, 139, 139, 1)).toEqual(['b', 'b', 'b', 'a', 'a']);
    expect(await storage.readControl()).toMatchObject({ defaultSlot: 'a' });
    expect(await slots.found()).toMatchObject({ b: null });
  });

  test('a slot that fails, again and again, when it is what was written', async () => {
    await write('a', '1.0.0');
    await write('b', '1.1.0');
    await storage.writeControl({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
    expect(await ends(139, 139, 139, 139)).toEqual(['b', 'b', 'b', 'b', 'b']);
  });

  test('the packaged executable when no slot is whole', async () => {
    await write('a', '1.0.0');
    await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
    writeFileSync(slots.executable('a'), '');
    expect(await ends()).toEqual(['packaged']);
  });

  test('the packaged executable when the package is newer than both slots', async () => {
    await write('a', '0.9.0');
    await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
    expect(await ends()).toEqual(['packaged']);
  });
});

test.each([
  ['a wrong command line', 2],
  ['a server that does not let it in', 3],
  ['an orderly end', 0],
])('%s is not repeated for ever', async (_, code) => {
  await provisionSelf(storage, slots, signedAs('1.0.0'));
  expect(await ends(code)).toEqual(['a', code]);
});

test('what an agent on trial ends with is not believed to be for good', async () => {
  await write('a', '1.0.0');
  await write('b', '1.1.0');
  await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
  expect(await ends(2, 3, 0)).toEqual(['b', 'b', 'b', 'a']);
});

test('the next agent waits for longer after each failure, and not at all when the agent asked for it', async () => {
  await provisionSelf(storage, slots, signedAs('1.0.0'));
  let ended: Ended | undefined;
  const waits: number[] = [];
  for (const code of [1, 1, 1, START_AGAIN, 1, 'after long', 1] as const) {
    const start = await nextStart(options(), ended);
    if (start.is !== 'start') throw new Error(start.is);
    if (code === 'after long') clock.step(clock.now() + 700_000);
    const after = await nextStart(options(), {
      standing: start.standing,
      code: code === 'after long' ? 1 : code,
    });
    if (after.is === 'end') throw new Error(after.is);
    if (after.is === 'wait') waits.push(after.millis);
    ended = after.is === 'wait' ? { standing: after.standing, code: 0 } : ended;
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 1_000, 2_000]);
});

test('only a trial has a limit: settling, its probation, and ten minutes', async () => {
  await write('a', '1.0.0');
  await write('b', '1.1.0');
  await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 2 });
  const facts = signedAs('1.0.0').signed.custom;
  await storage.writeJournal({ ...initialJournal(facts), intent: TRYING });
  expect(await nextStart(options())).toMatchObject({ is: 'start', limitMillis: 960_000 });
  writeFileSync(join(folder, 'journal.json'), 'torn');
  await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 2 });
  expect(await nextStart(options())).toMatchObject({ is: 'start', limitMillis: 4_500_000 });
  expect(await nextStart(options())).not.toHaveProperty('limitMillis');
});

test('a start is overdue while its executable is on trial, and not once it is confirmed', async () => {
  expect(await isOverdue(options())).toBe(false);
  await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 1 });
  expect(await isOverdue(options())).toBe(true);
  await storage.writeControl({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
  expect(await isOverdue(options())).toBe(false);
});

test('a trial that cannot be counted is not begun, and a disk that cannot be read starts the packaged one', async () => {
  await write('a', '1.0.0');
  await write('b', '1.1.0');
  await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
  const fails = () => Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' }));
  const readOnly: Disk = { ...realDisk, create: fails };
  expect(await nextStart(options(readOnly))).toMatchObject({
    executable: { slot: 'a' },
    standing: { onTrial: false },
  });
  expect(await storage.readControl()).toMatchObject({ trialSlot: 'b', attempts: 0 });
  const dead: Disk = { ...realDisk, read: fails };
  expect(await nextStart(options(dead))).toMatchObject({
    executable: { path: '/usr/lib/tuesday/tuesday-agent' },
  });
});

test('a newer package keeps what the agent learnt about earlier updates of itself', async () => {
  const facts = signedAs('0.9.0').signed.custom;
  await storage.writeJournal({
    ...initialJournal(facts),
    rolledBackFrom: ['0.9.5'],
    updates: 4,
    securityVersion: 2,
  });
  await provisionSelf(storage, slots, signedAs('1.0.0'));
  expect(await storage.readJournal()).toMatchObject({
    rolledBackFrom: ['0.9.5'],
    updates: 4,
    securityVersion: 2,
    slots: { a: { state: 'confirmed', version: '1.0.0' }, b: { state: 'empty' } },
  });
});
