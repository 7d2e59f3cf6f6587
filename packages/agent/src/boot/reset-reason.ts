/** Why the machine started: what the agent noted when it ended in order, what the kernel and the boot loader say. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bootLoader } from '../core/boot-loader.ts';
import type { BootControl, ResetReason } from '../core/types.ts';
import { bootControlSchema } from '../storage/device-storage.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';

export interface ResetReasonPort {
  /**
   * Once after each power-on. Never throws: what cannot be found out is `unknown`.
   *
   * @param control as the boot loader left it
   * @param limit provisional boots before the default slot boots again
   */
  read(control: BootControl, limit: number): Promise<ResetReason>;
  /** This life ends in order: the agent reboots, or somebody stops it. The first word of a life counts. */
  note(reason: 'asked' | 'user', control: BootControl): Promise<void>;
}

/** Where a Linux machine tells of its last reset; all of it is optional. */
export interface ResetSources {
  readonly watchdogs: string;
  readonly pstore: string;
  readonly commandLine: string;
  /** Another text after each boot of the kernel. */
  readonly bootId: string;
}

export const LINUX: ResetSources = {
  watchdogs: '/sys/class/watchdog',
  pstore: '/sys/fs/pstore',
  commandLine: '/proc/cmdline',
  bootId: '/proc/sys/kernel/random/boot_id',
};

/** Bits of `bootstatus` (include/uapi/linux/watchdog.h of Linux 6.1). */
const POWER_UNDER = 0x10;
const CARD_RESET = 0x20;

/** `tuesday.reset=brown-out`, set by the boot loader. */
const PARAMETER = 'tuesday.reset=';

const reasonSchema = z.enum(['user', 'brown-out', 'watchdog', 'panic']);

const noteSchema = z.object({
  /** Absent: nothing was noted, the file only remembers the panics. */
  reason: z.enum(['asked', 'user']).optional(),
  control: bootControlSchema.optional(),
  /** Records of panics that have been told. */
  panics: z.array(z.string()).default([]),
  /** The boot in which this was written. */
  bootId: z.string().optional(),
});

export interface MachineResetOptions {
  readonly folder: string;
  readonly disk?: Disk;
  /** Absent: a machine that tells nothing, or an agent that restarts nothing but itself. */
  readonly sources?: ResetSources | undefined;
}

export class MachineReset implements ResetReasonPort {
  readonly #file: string;
  readonly #disk: Disk;
  readonly #sources: ResetSources | undefined;
  #panics: readonly string[] = [];
  #bootId: string | undefined;
  #noted = false;

  constructor({ folder, disk = realDisk, sources }: MachineResetOptions) {
    this.#file = join(folder, 'reset.json');
    this.#disk = disk;
    this.#sources = sources;
  }

  async read(control: BootControl, limit: number): Promise<ResetReason> {
    this.#noted = false;
    const note = noteSchema.safeParse(await readJson(this.#file, this.#disk).catch(() => undefined)).data;
    const found = this.#sources === undefined ? undefined : await machineSays(this.#sources);
    const fresh = (found?.panics ?? []).filter((name) => note?.panics.includes(name) !== true);
    this.#panics = found?.panics ?? [];
    this.#bootId = found?.bootId;
    try {
      await this.#forget();
    } catch {
      // A note that cannot be taken away would speak for the next boot, too.
      return 'unknown';
    }
    // Only the agent was started again; the machine never went off, and so nothing was ended.
    if (found?.bootId !== undefined && note?.bootId === found.bootId) return 'unknown';
    if (note?.reason !== undefined && isOneBootLater(note.control, control, limit)) return note.reason;
    if (found?.commandLine !== undefined) return found.commandLine;
    if (fresh.length > 0) return 'panic';
    return found?.watchdog ?? 'unknown';
  }

  async note(reason: 'asked' | 'user', control: BootControl): Promise<void> {
    if (this.#noted) return;
    this.#noted = true;
    await this.#write({ reason, control });
  }

  /** Before the answer is acted upon: a note counts once, and a panic that was told is not told again. */
  #forget(): Promise<void> {
    const isEmpty = this.#panics.length === 0 && this.#bootId === undefined;
    return isEmpty ? removeFile(this.#file, this.#disk) : this.#write({});
  }

  #write(note: z.input<typeof noteSchema>): Promise<void> {
    const whole = { ...note, panics: this.#panics, bootId: this.#bootId };
    return writeWhole(this.#file, JSON.stringify(whole), this.#disk);
  }
}

/**
 * The note speaks of the last reset only if exactly one boot came after it: a version that dies before its agent
 * wakes must not hide behind the person who switched the machine off before.
 */
function isOneBootLater(before: BootControl | undefined, now: BootControl, limit: number): boolean {
  if (before === undefined) return false;
  const { control } = bootLoader(before, limit);
  return control.trialSlot === now.trialSlot && control.attempts === now.attempts;
}

interface Machine {
  readonly commandLine: ResetReason | undefined;
  readonly watchdog: ResetReason | undefined;
  readonly panics: string[];
  readonly bootId: string | undefined;
}

async function machineSays({ watchdogs, pstore, commandLine, bootId }: ResetSources): Promise<Machine> {
  const [words, id, names, records] = await Promise.all([
    readFile(commandLine, 'utf8').catch(() => ''),
    readFile(bootId, 'utf8').catch(() => undefined),
    readdir(watchdogs).catch((): string[] => []),
    readdir(pstore).catch((): string[] => []),
  ]);
  const word = words.split(/\s+/).findLast((one) => one.startsWith(PARAMETER));
  const status = await Promise.all(names.map((name) => bootStatus(join(watchdogs, name, 'bootstatus'))));
  return {
    commandLine: reasonSchema.safeParse(word?.slice(PARAMETER.length)).data,
    watchdog: byStatus(status.reduce((all, one) => all | one, 0)),
    panics: records.filter((name) => name.startsWith('dmesg-')).sort(),
    bootId: id?.trim(),
  };
}

async function bootStatus(file: string): Promise<number> {
  const status = Number((await readFile(file, 'utf8').catch(() => '0')).trim());
  return Number.isInteger(status) ? status : 0;
}

function byStatus(status: number): ResetReason | undefined {
  if ((status & CARD_RESET) !== 0) return 'watchdog';
  return (status & POWER_UNDER) === 0 ? undefined : 'brown-out';
}
