import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, type SlotName } from '@tuesday/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initialJournal } from '../core/journal.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { realDisk } from '../storage/disk.ts';
import { AgentSlots } from './agent-slots.ts';
import { type Executable, launch, START_AGAIN } from './launcher.ts';
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

const fast = clockOf({ origin: 0, at: 0, rate: 100_000 });

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

/** Runs the launcher over agents that end as told; afterwards the launcher is ended. */
async function ends(...codes: Array<number | null>): Promise<string[]> {
  const started: string[] = [];
  const stop = new AbortController();
  const run = (executable: Executable): Promise<number | null> => {
    started.push(executable.slot ?? 'packaged');
    const code = codes.shift();
    if (code === undefined) stop.abort(new Error('enough'));
    return Promise.resolve(code ?? null);
  };
  await launch({
    folder,
    packaged: { path: '/usr/lib/tuesday/tuesday-agent', version: '1.0.0' },
    disk: realDisk,
    clock: fast,
    random: () => 0.5,
    signal: stop.signal,
    run,
    log: () => undefined,
  });
  return started;
}

describe('the launcher starts', () => {
  test('the packaged executable while the agent has no slots', async () => {
    expect(await ends(1, 1)).toEqual(['packaged', 'packaged', 'packaged']);
  });

  test('the confirmed slot', async () => {
    const packaged = signedAs('1.0.0');
    await provisionSelf(storage, slots, packaged);
    expect(await ends(null, 1)).toEqual(['a', 'a', 'a']);
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
  expect(await ends(code)).toEqual(['a']);
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
