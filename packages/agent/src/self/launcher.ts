/**
 * The part of the agent that an update of the agent never replaces: it counts the starts of an executable on
 * trial, goes back to the other one after three, and knows the packaged executable as the last resort. It only
 * says what comes next; `launch-loop.ts` does it.
 */
import { type Clock, compareVersions, type SlotName, type TargetCustom } from '@tuesday/protocol';
import * as z from 'zod';
import { bootLoader } from '../core/boot-loader.ts';
import { readJournal } from '../core/journal.ts';
import { backOffMillis } from '../core/turn.ts';
import type { BootControl } from '../core/types.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import type { Disk } from '../storage/disk.ts';
import { AgentSlots } from './agent-slots.ts';
import { SETTLE } from './settle.ts';

/** An agent that ends with this asks to be started again, from whatever slot the boot control names now. */
export const START_AGAIN = 75;

/** Environment variable: which of its own slots an agent was started from; empty: it is the packaged one. */
export const RUNS_FROM = 'TUESDAY_AGENT_SLOT';

/** Ends that another start would only repeat: a wrong command line or configuration, a server that says no. */
const FOR_GOOD: ReadonlySet<number> = new Set([0, 2, 3]);

/** Starts of an executable on trial before the other one is started. */
const START_LIMIT = 3;
const BACK_OFF = { baseMillis: 1_000, capMillis: 300_000 };
/** An agent that ran for so long was well: the next back-off begins anew, milliseconds. */
const WELL_AFTER = 600_000;
/** So many failures in a row make the launcher read whether what it starts is what was written. */
const DOUBTED_AFTER = 3;
/** What a start on trial may take beside settling and probation, milliseconds. */
const SLACK = 600_000;
/** Of a trial whose journal is lost. */
const USUAL_PROBATION = 3_600_000;

export interface Executable {
  /** File to start. */
  readonly path: string;
  /** Absent: the packaged executable runs because no slot is whole. */
  readonly slot?: SlotName;
}

/** What one start hands on to the next. */
export const standingSchema = z.object({
  onTrial: z.boolean(),
  /** By the launcher's clock. */
  began: z.int(),
  /** Agents in a row that ended although nobody asked. */
  failures: z.int().min(0),
  /** The back-off after the last end is over. */
  waited: z.boolean(),
});
export type Standing = z.infer<typeof standingSchema>;

export interface Ended {
  readonly standing: Standing;
  /** As a shell tells it: 128 and more for a signal. */
  readonly code: number;
}

export type Next =
  | { readonly is: 'end'; readonly code: number }
  | { readonly is: 'wait'; readonly millis: number; readonly standing: Standing }
  | {
      readonly is: 'start';
      readonly executable: Executable;
      /** After so long it has to be confirmed, milliseconds; absent: it is. */
      readonly limitMillis?: number;
      readonly standing: Standing;
    };

export interface LauncherOptions {
  /** Holds the agent's own slots, boot control and journal. */
  readonly folder: string;
  readonly packaged: { readonly path: string; readonly version: string };
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
}

/** @param ended how the agent before this one ended; undefined: there was none */
export async function nextStart(options: LauncherOptions, ended?: Ended): Promise<Next> {
  const { clock, log } = options;
  const over = ended && afterEnd(options, ended);
  if (over !== undefined) return over;
  const failures = ended?.standing.failures ?? 0;
  const { executable, onTrial } = await choose(options, failures);
  log('launch', { path: executable.path, slot: executable.slot ?? null, onTrial });
  const standing = { onTrial, began: clock.now(), failures, waited: false };
  if (!onTrial) return { is: 'start', executable, standing };
  return { is: 'start', executable, standing, limitMillis: await trialLimit(options) };
}

/** @returns undefined when another agent is to start now */
function afterEnd({ clock, random, log }: LauncherOptions, { code, standing }: Ended): Next | undefined {
  if (standing.waited) return undefined;
  log('agent-ended', { code });
  if (FOR_GOOD.has(code) && !standing.onTrial) return { is: 'end', code };
  if (code === START_AGAIN) return undefined;
  const failures = clock.now() - standing.began > WELL_AFTER ? 1 : standing.failures + 1;
  const millis = backOffMillis(BACK_OFF, failures, random);
  return { is: 'wait', millis, standing: { ...standing, failures, waited: true } };
}

interface Choice {
  readonly executable: Executable;
  readonly onTrial: boolean;
}

/** Whatever is wrong with the slots, some agent starts. */
async function choose(options: LauncherOptions, failures: number): Promise<Choice> {
  try {
    return await fromSlots(options, failures);
  } catch (error) {
    options.log('launcher-fault', { because: (error as Error).message });
    return { executable: { path: options.packaged.path }, onTrial: false };
  }
}

/** Counts the start durably before it happens, so that one that dies at once still counts. */
async function fromSlots(options: LauncherOptions, failures: number): Promise<Choice> {
  const { folder, packaged, disk } = options;
  const storage = new DeviceStorage(folder, disk);
  const slots = new AgentSlots(folder, disk);
  const kept = await storage.readControl();
  const found = await wholeSlots(options, slots, failures);
  const versions = [found.a, found.b].map((label) => label?.version);
  const outdated = versions.every((one) => one === undefined || compareVersions(one, packaged.version) < 0);
  if (kept === undefined || outdated) return { executable: { path: packaged.path }, onTrial: false };
  const counted = bootLoader(kept, START_LIMIT);
  const isKept = counted.control === kept || (await wrote(options, storage, counted.control));
  // A trial that cannot be counted is not begun.
  const booted = isKept ? counted.booted : kept.defaultSlot;
  if (found[booted] === null) return standIn(options, storage, found, counted.control, booted);
  return {
    executable: { path: slots.executable(booted), slot: booted },
    onTrial: isKept && counted.control.trialSlot === booted,
  };
}

type Found = Record<SlotName, TargetCustom | null>;

/** An executable whose bytes have changed since they were written fails for ever, and others are there. */
async function wholeSlots({ log }: LauncherOptions, slots: AgentSlots, failures: number): Promise<Found> {
  const found = await slots.found();
  if (failures < DOUBTED_AFTER) return found;
  for (const slot of ['a', 'b'] as const) {
    if (found[slot] === null || (await slots.isIntact(slot))) continue;
    log('slot-damaged', { slot, version: found[slot].version });
    await slots.markBad(slot).catch(() => undefined);
    found[slot] = null;
  }
  return found;
}

/**
 * The slot that should start is not whole: the other one, or else the packaged executable. A version that was left is
 * not gone back to.
 */
async function standIn(
  options: LauncherOptions,
  storage: DeviceStorage,
  found: Found,
  control: BootControl,
  broken: SlotName,
): Promise<Choice> {
  const other = broken === 'a' ? 'b' : 'a';
  const version = found[other]?.version;
  const left = readJournal(await storage.readJournal())?.rolledBackFrom ?? [];
  if (version === undefined || left.includes(version))
    return { executable: { path: options.packaged.path }, onTrial: false };
  const attempts = control.trialSlot === null ? 0 : control.attempts;
  await wrote(options, storage, { defaultSlot: other, trialSlot: null, attempts });
  const slots = new AgentSlots(options.folder, options.disk);
  return { executable: { path: slots.executable(other), slot: other }, onTrial: false };
}

/** A disk that takes no writes keeps no agent from running. */
async function wrote(
  { log }: LauncherOptions,
  storage: DeviceStorage,
  control: BootControl,
): Promise<boolean> {
  try {
    await storage.writeControl(control);
    return true;
  } catch (error) {
    log('launcher-fault', { because: (error as Error).message });
    return false;
  }
}

/** Asked when the limit of a start is over: an executable that has been confirmed meanwhile may run on. */
export async function isOverdue({ folder, disk, log }: LauncherOptions): Promise<boolean> {
  const control = await new DeviceStorage(folder, disk).readControl();
  if (control === undefined || control.trialSlot === null) return false;
  log('agent-overdue', { slot: control.trialSlot });
  return true;
}

/** An executable on trial that neither ends nor is confirmed hangs: it is ended, and that start has failed. */
async function trialLimit({ folder, disk }: LauncherOptions): Promise<number> {
  const journal = readJournal(await new DeviceStorage(folder, disk).readJournal());
  const seconds = journal?.intent?.probationSeconds;
  const probation = seconds === undefined ? USUAL_PROBATION : seconds * 1_000;
  return SETTLE + probation + SLACK;
}
