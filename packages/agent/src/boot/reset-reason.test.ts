import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { bootLoader } from '../core/boot-loader.ts';
import type { BootControl, ResetReason } from '../core/types.ts';
import { realDisk } from '../storage/disk.ts';
import { MachineReset } from './reset-reason.ts';

const top = mkdtempSync(join(tmpdir(), 'reset-'));
afterAll(() => rmSync(top, { recursive: true }));

const trial = (attempts: number): BootControl => ({ defaultSlot: 'a', trialSlot: 'b', attempts });
const gaveUp: BootControl = { defaultSlot: 'a', trialSlot: null, attempts: 3 };
const quiet: BootControl = { defaultSlot: 'a', trialSlot: null, attempts: 0 };

let boots = 0;

interface Said {
  readonly watchdog?: string;
  readonly panics?: readonly string[];
  readonly commandLine?: string;
}

/** A device with the files of a Linux machine, whose kernel says this. */
function machine(said: Said = {}) {
  const folder = mkdtempSync(join(top, 'device-'));
  const sources = {
    watchdogs: join(folder, 'watchdog'),
    pstore: join(folder, 'pstore'),
    commandLine: join(folder, 'cmdline'),
    bootId: join(folder, 'boot_id'),
  };
  const say = ({ watchdog, panics = [], commandLine }: Said) => {
    rmSync(sources.pstore, { recursive: true, force: true });
    mkdirSync(sources.pstore);
    for (const name of panics) writeFileSync(join(sources.pstore, name), 'Oops');
    mkdirSync(join(sources.watchdogs, 'watchdog0'), { recursive: true });
    writeFileSync(join(sources.watchdogs, 'watchdog0', 'bootstatus'), watchdog ?? '0\n');
    writeFileSync(sources.commandLine, commandLine ?? 'console=ttyS0 root=/dev/vda2');
  };
  say(said);
  const again = () => new MachineReset({ folder, sources });
  /** The agent of a machine that was started anew. */
  const port = () => {
    writeFileSync(sources.bootId, `boot ${(boots += 1)}\n`);
    return again();
  };
  return { say, port, again };
}

describe('why a machine started', () => {
  test.each<[string, Said, ResetReason]>([
    ['nothing is known', {}, 'unknown'],
    ['its watchdog fired', { watchdog: '32\n' }, 'watchdog'],
    ['its supply failed', { watchdog: '16\n' }, 'brown-out'],
    ['the watchdog says something else', { watchdog: '256\n' }, 'unknown'],
    ['the watchdog says nonsense', { watchdog: 'no\n' }, 'unknown'],
    ['its kernel gave up', { panics: ['dmesg-ramoops-0'] }, 'panic'],
    ['something else is in pstore', { panics: ['console-ramoops-0'] }, 'unknown'],
    [
      'the kernel gave up and the watchdog ended it',
      { panics: ['dmesg-ramoops-0'], watchdog: '32' },
      'panic',
    ],
    ['the boot loader says so', { commandLine: 'quiet tuesday.reset=brown-out' }, 'brown-out'],
    ['the boot loader says twice', { commandLine: 'tuesday.reset=panic tuesday.reset=user' }, 'user'],
    ['the boot loader says what no agent understands', { commandLine: 'tuesday.reset=gremlins' }, 'unknown'],
    ['the boot loader claims that the agent asked', { commandLine: 'tuesday.reset=asked' }, 'unknown'],
  ])('%s', async (_, said, expected) => {
    expect(await machine(said).port().read(trial(1), 3)).toBe(expected);
  });

  test('a machine that tells nothing at all is not asked in vain', async () => {
    const sources = {
      watchdogs: '/nowhere/w',
      pstore: '/nowhere/p',
      commandLine: '/nowhere/c',
      bootId: '/nowhere/b',
    };
    const port = new MachineReset({ folder: mkdtempSync(join(top, 'bare-')), sources });
    expect(await port.read(quiet, 3)).toBe('unknown');
  });

  test.each<[string, BootControl, BootControl, Said, ResetReason]>([
    ['one boot later is the person', trial(1), trial(2), {}, 'user'],
    [
      'one boot later, with a watchdog that fired, still is the person: its shutdown hung',
      trial(1),
      trial(2),
      { watchdog: '32' },
      'user',
    ],
    ['two boots later is not the person', trial(1), trial(3), {}, 'unknown'],
    [
      'two boots later, with a panic between, is the panic',
      trial(1),
      trial(3),
      { panics: ['dmesg-efi-1'] },
      'panic',
    ],
    ['as the boot loader gave up is the person', trial(3), gaveUp, {}, 'user'],
    ['two boots before the boot loader gave up is not', trial(2), gaveUp, {}, 'unknown'],
    ['with nothing on trial is the person', quiet, quiet, {}, 'user'],
  ])('a note %s', async (_, noted, now, said, expected) => {
    const { port, say } = machine();
    await port().note('user', noted);
    say(said);
    expect(await port().read(now, 3)).toBe(expected);
  });

  test('a note counts once, and the first one of a life', async () => {
    const { port } = machine();
    const life = port();
    await life.note('asked', trial(1));
    await life.note('user', trial(1));
    expect(await port().read(trial(2), 3)).toBe('asked');
    expect(await port().read(trial(2), 3)).toBe('unknown');
  });

  test('an agent that is started again, on a machine that never went off, has nothing to forgive', async () => {
    const { port, again } = machine({ commandLine: 'tuesday.reset=user' });
    expect(await port().read(trial(2), 3)).toBe('user');
    const life = again();
    expect(await life.read(trial(2), 3)).toBe('unknown');
    await life.note('user', trial(2));
    expect(await again().read(trial(2), 3)).toBe('unknown');
  });

  test('a panic that was told is not told again, and the next one is', async () => {
    const { port, say } = machine({ panics: ['dmesg-1'] });
    expect(await port().read(quiet, 3)).toBe('panic');
    expect(await port().read(quiet, 3)).toBe('unknown');
    const life = port();
    await life.read(quiet, 3);
    await life.note('user', quiet);
    expect(await port().read(quiet, 3)).toBe('user');
    say({ panics: ['dmesg-1', 'dmesg-2'] });
    expect(await port().read(quiet, 3)).toBe('panic');
  });

  test('a note that cannot be taken away is not believed: it would speak for every boot', async () => {
    const folder = mkdtempSync(join(top, 'stuck-'));
    await new MachineReset({ folder }).note('user', quiet);
    const disk = { ...realDisk, remove: () => Promise.reject(new Error('EROFS')) };
    expect(await new MachineReset({ folder, disk }).read(quiet, 3)).toBe('unknown');
  });

  test('however many boots die unseen after a person switched it off, only an immediate one is forgiven', async () => {
    const reached = { user: 0, unknown: 0 };
    const boots = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 6 }));
    await fc.assert(
      fc.asyncProperty(boots, async ([attempts, times]) => {
        const { port } = machine();
        await port().note('user', trial(attempts));
        let control = trial(attempts);
        for (let boot = 0; boot < times; boot++) ({ control } = bootLoader(control, 3));
        const reason = await port().read(control, 3);
        // After the boot loader has given up, further boots change nothing, and nothing is on trial any more.
        if (times > 1 && control.trialSlot !== null) expect(reason).toBe('unknown');
        if (times === 1) expect(reason).toBe('user');
        reached[reason as keyof typeof reached] += 1;
      }),
      { numRuns: 60 },
    );
    expect(reached.user).toBeGreaterThan(5);
    expect(reached.unknown).toBeGreaterThan(5);
  });
});
