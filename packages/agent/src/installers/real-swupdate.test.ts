import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type BackEnd, backEndSchema, openBackEnd } from '../boot/back-end.ts';
import { readGrubBlock } from '../boot/grub-env.ts';
import type { SignedTarget } from '../core/journal.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import { realDisk } from '../storage/disk.ts';
import { SELECT, SwupdateMachine } from './testing/real-swupdate.ts';
import { until } from './testing/started.ts';

const top = mkdtempSync(join(tmpdir(), 'swupdate-'));
afterAll(() => rmSync(top, { recursive: true }));

let machines: SwupdateMachine[] = [];
afterEach(async () => {
  for (const machine of machines) await machine.stop();
  machines = [];
});

async function machineOn(): Promise<SwupdateMachine> {
  const machine = new SwupdateMachine(mkdtempSync(join(top, 'm-')));
  machines.push(machine);
  mkdirSync(machine.at('data'));
  await machine.start();
  return machine;
}

const configOf = (machine: SwupdateMachine, more = {}) =>
  backEndSchema.parse({
    kind: 'swupdate',
    select: SELECT,
    sockets: machine.at('run'),
    bootLoader: {
      kind: 'grub',
      grubenv: machine.at('grubenv'),
      slots: { a: machine.at('a'), b: machine.at('b') },
      cmdline: machine.at('cmdline'),
      reboot: ['true'],
    },
    ...more,
  });

async function open(machine: SwupdateMachine, more = {}): Promise<BackEnd> {
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

describe('a real SWUpdate', () => {
  test('writes the spare slot of either name, and what boots stays until the agent says otherwise', async () => {
    const machine = await machineOn();
    const { boot, slots } = await open(machine);
    const file = machine.bundle({ version: '3.2.5', image: image(7) });
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toBe('written');
    expect(readFileSync(machine.at('b'))).toEqual(image(7));
    expect(readFileSync(machine.at('a'))).toEqual(Buffer.alloc(65_536));
    expect((await slots.found()).b?.version).toBe('3.2.5');
    expect(await machine.bootLoader()).toBe('a');
    await boot.write({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
    expect(readGrubBlock(readFileSync(machine.at('grubenv')))?.get('ustate')).toBe('1');
    expect(await machine.bootLoader()).toBe('b');
    const other = await open(machine);
    await other.boot.write({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
    expect(readGrubBlock(readFileSync(machine.at('grubenv')))?.get('ustate')).toBe('0');
    const next = machine.bundle({ version: '3.2.6', image: image(11) });
    expect(await outcomeOf(other.slots.write('a', next, signedOf(next, '3.2.6')))).toBe('written');
    expect(readFileSync(machine.at('a'))).toEqual(image(11));
  });

  test.each<[string, (machine: SwupdateMachine) => string, RegExp]>([
    [
      'an image of a wrong signer',
      (machine) => machine.bundle({ version: '3.2.5', image: image(3), signer: machine.stranger }),
      /^bad-signature: SWUpdate says: Authentication of all signatures failed/,
    ],
    [
      'an image for other hardware',
      (machine) => machine.bundle({ version: '3.2.5', image: image(3), compatible: '9.9' }),
      /^wrong-hardware: SWUpdate says: SW not compatible with hardware/,
    ],
    [
      'an image that was cut off',
      (machine) => {
        const file = machine.bundle({ version: '3.2.5', image: image(3) });
        writeFileSync(file, readFileSync(file).subarray(0, 20_000));
        return file;
      },
      /^stage-failed: SWUpdate says: /,
    ],
    [
      'an image with a byte that was changed',
      (machine) => {
        const file = machine.bundle({ version: '3.2.5', image: image(3) });
        const bytes = readFileSync(file);
        const at = bytes.length - 9_000;
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        writeFileSync(file, bytes);
        return file;
      },
      /^stage-failed: SWUpdate says: .*/,
    ],
    [
      'what is no image',
      (machine) => {
        writeFileSync(machine.at('odd.swu'), image(5));
        return machine.at('odd.swu');
      },
      /^stage-failed: SWUpdate says: /,
    ],
  ])('refuses %s, and no byte is written', async (_, make, expected) => {
    const machine = await machineOn();
    const { slots } = await open(machine);
    const before = machine.grubenv();
    const file = make(machine);
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toMatch(expected);
    expect(readFileSync(machine.at('b'))).toEqual(Buffer.alloc(65_536));
    expect(machine.grubenv()).toBe(before);
    expect((await slots.found()).b).toBeNull();
  });

  test('that does not know the selection says so', async () => {
    const machine = await machineOn();
    const { slots } = await open(machine, { select: { a: 'stable,copy1', b: 'stable,copy9' } });
    const file = machine.bundle({ version: '3.2.5', image: image(3) });
    expect(await outcomeOf(slots.write('b', file, signedOf(file)))).toBe(
      'stage-failed: SWUpdate says: Selection stable,copy9 is not allowed, rejected !',
    );
  });
});

describe('a real SWUpdate in trouble in the middle of an installation:', () => {
  async function held(more = {}) {
    const machine = await machineOn();
    const { slots } = await open(machine, more);
    const file = machine.bundle({ version: '3.2.5', image: image(13) });
    writeFileSync(machine.at('hold'), '');
    const stop = new AbortController();
    const write = (signal?: AbortSignal) => outcomeOf(slots.write('b', file, signedOf(file), signal));
    const outcome = write(stop.signal);
    await until(() => exists(machine.at('held')));
    const go = () => rmSync(machine.at('hold'));
    return { machine, slots, write, outcome, stop, go };
  }

  test('killed, it is tried again, and works', async () => {
    const { machine, slots, write, outcome, go } = await held();
    await machine.stop();
    expect(await outcome).toBe('thrown: SWUpdate ended in the middle of the installation');
    expect((await slots.found()).b).toBeNull();
    expect(await write()).toMatch(/^thrown: SWUpdate does not answer on /);
    go();
    await machine.start();
    expect(await write()).toBe('written');
    expect(readFileSync(machine.at('b'))).toEqual(image(13));
  });

  test('busy with one, it refuses the next as busy, and ends the first', async () => {
    const { machine, write, outcome, go } = await held();
    expect(await write()).toMatch(/^busy: SWUpdate/);
    go();
    expect(await outcome).toBe('written');
    expect(readFileSync(machine.at('b'))).toEqual(image(13));
  });

  test('too slow, it is no longer waited for, and is busy until it is through', async () => {
    const { write, outcome, go } = await held({ installWithinSeconds: 3 });
    expect(await outcome).toBe('thrown: SWUpdate did not end the installation within 3 s');
    expect(await write()).toMatch(/^busy: /);
    go();
    await until(async () => (await write()) === 'written');
  });

  test('stopped by the agent, the wait ends and the slot has no label, whatever becomes of it', async () => {
    const { slots, outcome, stop, go } = await held();
    stop.abort(new Error('the step was stopped'));
    expect(await outcome).toMatch(/^thrown: /);
    go();
    expect((await slots.found()).b).toBeNull();
  });
});

describe('a device of SWUpdate is opened', () => {
  test('not with a boot loader that is not there, and the field says where that stands', async () => {
    const machine = await machineOn();
    const { bootLoader } = configOf(machine) as { bootLoader: object };
    const config = { bootLoader: { ...bootLoader, grubenv: '/nowhere/grubenv' } };
    const opened = await openBackEnd(
      configOf(machine, config),
      new DeviceStorage(machine.at('data')),
      realDisk,
    );
    expect(opened).toMatchObject({
      refused: { code: 'config-invalid', field: 'backEnd.bootLoader.grubenv' },
    });
  });
});

function exists(file: string): boolean {
  try {
    return readFileSync(file) !== undefined;
  } catch {
    return false;
  }
}
