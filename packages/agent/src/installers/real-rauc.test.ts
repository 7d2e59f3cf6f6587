import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type BackEnd, backEndSchema, openBackEnd } from '../boot/back-end.ts';
import type { SignedTarget } from '../core/journal.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { realDisk } from '../storage/disk.ts';
import { raucOn } from './rauc.ts';
import { pretendRauc } from './testing/pretend-rauc.ts';
import { BOOTNAMES, RaucMachine } from './testing/real-rauc.ts';
import { until } from './testing/started.ts';

const top = mkdtempSync(join(tmpdir(), 'rauc-'));
afterAll(() => rmSync(top, { recursive: true }));

let machines: RaucMachine[] = [];
afterEach(async () => {
  for (const machine of machines) await machine.stop();
  machines = [];
});

async function machineOn(booted: SlotName = 'a', options = {}): Promise<RaucMachine> {
  const machine = new RaucMachine(mkdtempSync(join(top, 'm-')), options);
  machines.push(machine);
  mkdirSync(machine.at('data'));
  await machine.start(booted);
  return machine;
}

const configOf = (machine: RaucMachine, more = {}) =>
  backEndSchema.parse({ kind: 'rauc', bootnames: BOOTNAMES, bus: machine.bus, reboot: ['true'], ...more });

async function open(machine: RaucMachine, more = {}): Promise<BackEnd> {
  const opened = await openBackEnd(configOf(machine, more), new DeviceStorage(machine.at('data')), realDisk);
  if ('refused' in opened) throw new Error(opened.refused.because);
  return opened;
}

const image = (seed: number) => Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * seed) % 251));
function signedOf(file: string, version = '3.2.5'): SignedTarget {
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    length: bytes.length,
    sha256,
    custom: { tuesday: 1, version, hardware: 'th-1', securityVersion: 0 },
  };
}

/** Whatever comes of it, as one word. */
async function outcomeOf(write: ReturnType<BackEnd['slots']['write']>): Promise<string> {
  try {
    const result = await write;
    return 'refused' in result ? `${result.refused.code}: ${result.refused.because}` : 'written';
  } catch (error) {
    return `thrown: ${(error as Error).message}`;
  }
}

describe('a real RAUC writes', () => {
  test('the spare slot, labelled, and what boots stays as it was until the agent says otherwise', async () => {
    const machine = await machineOn();
    const { boot, slots } = await open(machine);
    await boot.boot(3);
    const file = machine.bundle({ version: '3.2.5', image: image(7) });
    expect(await slots.write('b', file, signedOf(file))).toEqual({ written: true });
    expect(readFileSync(machine.at('b'))).toEqual(image(7));
    expect((await slots.found()).b?.version).toBe('3.2.5');
    expect(await slots.content('b')).toBeUndefined();
    expect(machine.bootLoader()).toBe('a');
    await boot.write({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
    expect(machine.bootLoader()).toBe('b');
  });

  test('and activates by itself, as it does by default: the agent takes that back at once', async () => {
    const machine = await machineOn('b', { activate: true });
    const rauc = raucOn(machine.bus);
    await rauc.mark('active', 'rootfs.1');
    const { slots } = await open(machine);
    const file = machine.bundle({ version: '3.2.5', image: image(11) });
    expect(await slots.write('a', file, signedOf(file))).toEqual({ written: true });
    expect(await rauc.primary()).toBe('rootfs.1');
    expect(readFileSync(machine.at('a'))).toEqual(image(11));
  });
});

describe('a real RAUC refuses, and no byte is written:', () => {
  test.each<[string, (machine: RaucMachine) => string, RegExp]>([
    [
      'a bundle of a wrong signer',
      (machine) => machine.bundle({ version: '3.2.5', image: image(3), signer: machine.stranger }),
      /^bad-signature: RAUC says: signature verification failed/,
    ],
    [
      'a bundle for other hardware',
      (machine) => machine.bundle({ version: '3.2.5', image: image(3), compatible: 'th-9' }),
      /^wrong-hardware: RAUC says: .*Expected 'th-1' but bundle manifest has 'th-9'/,
    ],
    [
      'what is no bundle',
      (machine) => {
        writeFileSync(machine.at('odd.raucb'), image(5));
        return machine.at('odd.raucb');
      },
      /^(stage-failed|bad-signature): RAUC says: /,
    ],
    [
      'a bundle that was cut off',
      (machine) => {
        const file = machine.bundle({ version: '3.2.5', image: image(3) });
        writeFileSync(file, readFileSync(file).subarray(0, -300));
        return file;
      },
      /^(stage-failed|bad-signature): RAUC says: /,
    ],
  ])('%s', async (_, make, expected) => {
    const machine = await machineOn();
    const { boot, slots } = await open(machine);
    await boot.boot(3);
    const before = machine.bootState();
    const file = make(machine);
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toMatch(expected);
    expect(readFileSync(machine.at('b'))).toEqual(Buffer.alloc(65_536));
    expect(machine.bootState()).toBe(before);
    expect((await slots.found()).b).toBeNull();
  });

  test('the slot that runs, and bytes that are not the signed ones, do not even reach it', async () => {
    const machine = await machineOn();
    const { slots } = await open(machine);
    const file = machine.bundle({ version: '3.2.5', image: image(3) });
    const signed = signedOf(file);
    expect(await outcomeOf(slots.write('a', file, signed))).toMatch(/^stage-failed: slot a runs now/);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')]));
    expect(await outcomeOf(slots.write('b', file, signed))).toMatch(/^wrong-digest: /);
    expect(readFileSync(machine.at('rauc.log'), 'utf8')).not.toContain('installing');
  });
});

describe('a real RAUC in trouble in the middle of an installation:', () => {
  async function held(more = {}) {
    const machine = await machineOn();
    const { slots, boot } = await open(machine, more);
    await boot.boot(3);
    const file = machine.bundle({ version: '3.2.5', image: image(13) });
    writeFileSync(machine.at('hold'), '');
    const stop = new AbortController();
    const outcome = outcomeOf(slots.write('b', file, signedOf(file), stop.signal));
    await until(() => read(machine.at('held')) !== undefined);
    const go = () => rmSync(machine.at('hold'));
    return { machine, slots, file, outcome, stop, go };
  }

  test('killed, it is tried again, and works', async () => {
    const { machine, slots, file, outcome, go } = await held();
    await machine.killRauc();
    expect(await outcome).toBe('thrown: RAUC ended in the middle of the installation');
    expect((await slots.found()).b).toBeNull();
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toMatch(/^thrown: .*de.pengutronix.rauc/);
    go();
    await machine.startRauc('a');
    expect(await slots.write('b', file, signedOf(file))).toEqual({ written: true });
  });

  test('with the bus gone the agent hears of it at once', async () => {
    const { machine, slots, file, outcome } = await held();
    await machine.killBus();
    expect(await outcome).toMatch(/^thrown: the D-Bus connection ended/);
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toMatch(
      /^thrown: the D-Bus connection ended/,
    );
    await expect(
      openBackEnd(configOf(machine), new DeviceStorage(machine.at('data')), realDisk),
    ).rejects.toThrow('the D-Bus connection ended');
  });

  test('busy with one, it refuses the next as busy, and ends the first', async () => {
    const { machine, slots, file, outcome, go } = await held();
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toMatch(/^busy: RAUC says: /);
    go();
    expect(await outcome).toBe('written');
    expect(readFileSync(machine.at('b'))).toEqual(image(13));
  });

  test('too slow, it is no longer waited for, and is busy until it is through', async () => {
    const { slots, file, outcome, go } = await held({ installWithinSeconds: 1 });
    expect(await outcome).toBe('thrown: RAUC did not end the installation within 1 s');
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toMatch(/^busy: /);
    go();
    await until(async () => (await outcomeOf(slots.write('b', file, signedOf(file)))) === 'written');
  });

  test('stopped by the agent, the wait ends and the slot has no label, whatever RAUC makes of it', async () => {
    const { machine, slots, outcome, stop, go } = await held();
    stop.abort(new Error('the step was stopped'));
    expect(await outcome).toBe('thrown: the step was stopped');
    go();
    await until(() => readFileSync(machine.at('b')).equals(image(13)));
    expect((await slots.found()).b).toBeNull();
    expect(machine.bootLoader()).toBe('a');
  });
});

describe('the RAUC of the contract suite', () => {
  test('and the real one order the slots alike, mark by mark and boot by boot', async () => {
    const machine = await machineOn();
    const real = raucOn(machine.bus);
    const names = { a: 'rootfs.0', b: 'rootfs.1' } as const;
    writeFileSync(machine.at('pretended'), JSON.stringify({ first: 'a', left: { a: 3, b: 0 } }));
    const pretended = pretendRauc(realDisk, machine.at('pretended'));
    const marks = ['good', 'active', 'bad', 'active', 'good'] as const;
    const seen = new Set<string>();
    for (let step = 0; step < 24; step++) {
      const mark = marks[step % 5] ?? 'good';
      const slot = (step * 7) % 3 === 0 ? 'a' : 'b';
      if (step % 4 === 3) {
        expect(machine.bootLoader()).toBe(await pretended.powerOn(3));
      } else {
        await Promise.all([real.mark(mark, names[slot]), pretended.mark(mark, slot)]);
      }
      const primary = await pretended.primary();
      expect(await real.primary()).toBe(primary && names[primary as SlotName]);
      seen.add(`${mark} ${slot} ${primary}`);
    }
    expect(seen.size).toBeGreaterThan(8);
  });
});

describe('a device of RAUC is opened', () => {
  test.each<[string, object, string]>([
    ['a slot that RAUC does not have', { bootnames: { a: 'system0', b: 'system7' } }, 'backEnd.bootnames.b'],
    ['one slot under both names', { bootnames: { a: 'system0', b: 'system0' } }, 'backEnd.bootnames.b'],
    ['a boot id that is not there', { bootId: '/nowhere/boot_id' }, 'backEnd.bootId'],
  ])('not with %s', async (_, more, field) => {
    const machine = await machineOn();
    const opened = await openBackEnd(
      configOf(machine, more),
      new DeviceStorage(machine.at('data')),
      realDisk,
    );
    expect(opened).toMatchObject({ refused: { code: 'config-invalid', field } });
  });

  test('and labels what the factory wrote, unless RAUC knows better', async () => {
    const machine = await machineOn();
    const { boot, slots, adopt } = await open(machine);
    await boot.boot(3);
    const file = machine.bundle({ version: '3.2.5', image: image(7) });
    expect(await adopt?.(signedOf(file, '3.2.4'))).toEqual({ adopted: true });
    expect((await slots.found()).a?.version).toBe('3.2.4');
    await slots.write('b', file, signedOf(file));
    await machine.killRauc();
    await machine.startRauc('b');
    rmSync(machine.at('data/slot-b.json'));
    const again = await open(machine);
    expect(await again.adopt?.(signedOf(file, '3.2.4'))).toMatchObject({ refused: { code: 'wrong-digest' } });
  });
});

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
