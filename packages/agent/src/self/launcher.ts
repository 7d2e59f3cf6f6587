/**
 * The part of the agent that an update of the agent never replaces: it counts the starts of an executable on
 * trial, goes back to the other one after three, and knows the packaged executable as the last resort. It only
 * says what comes next; `launch-loop.ts` does it.
 */
import { type Clock, compareVersions, type SlotName } from '@tuesday/protocol';
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
      /** Longest that it may run, milliseconds; absent: for ever. */
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
  const { executable, onTrial } = await choose(options);
  log('launch', { path: executable.path, slot: executable.slot ?? null, onTrial });
  const failures = ended?.standing.failures ?? 0;
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
async function choose(options: LauncherOptions): Promise<Choice> {
  try {
    return await fromSlots(options);
  } catch (error) {
    options.log('launcher-fault', { because: (error as Error).message });
    return { executable: { path: options.packaged.path }, onTrial: false };
  }
}

/** Counts the start durably before it happens, so that one that dies at once still counts. */
async function fromSlots(options: LauncherOptions): Promise<Choice> {
  const { folder, packaged, disk } = options;
  const storage = new DeviceStorage(folder, disk);
  const slots = new AgentSlots(folder, disk);
  const kept = await storage.readControl();
  const found = await slots.found();
  const versions = [found.a, found.b].map((label) => label?.version);
  const outdated = versions.every((one) => one === undefined || compareVersions(one, packaged.version) < 0);
  if (kept === undefined || outdated) return { executable: { path: packaged.path }, onTrial: false };
  const counted = bootLoader(kept, START_LIMIT);
  const isKept = counted.control === kept || (await wrote(options, storage, counted.control));
  // A trial that cannot be counted is not begun.
  const booted = isKept ? counted.booted : kept.defaultSlot;
  if (found[booted] === null) return standIn(options, storage, slots, counted.control, booted);
  return {
    executable: { path: slots.executable(booted), slot: booted },
    onTrial: isKept && counted.control.trialSlot === booted,
  };
}

/** The slot that should start is not whole: the other one, or else the packaged executable. */
async function standIn(
  options: LauncherOptions,
  storage: DeviceStorage,
  slots: AgentSlots,
  control: BootControl,
  broken: SlotName,
): Promise<Choice> {
  const other = broken === 'a' ? 'b' : 'a';
  if ((await slots.found())[other] === null)
    return { executable: { path: options.packaged.path }, onTrial: false };
  const attempts = control.trialSlot === null ? 0 : control.attempts;
  await wrote(options, storage, { defaultSlot: other, trialSlot: null, attempts });
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

/** An executable on trial that neither ends nor is confirmed hangs: it is ended, and that start has failed. */
async function trialLimit({ folder, disk }: LauncherOptions): Promise<number> {
  const journal = readJournal(await new DeviceStorage(folder, disk).readJournal());
  const seconds = journal?.intent?.probationSeconds;
  const probation = seconds === undefined ? USUAL_PROBATION : seconds * 1_000;
  return SETTLE + probation + SLACK;
}
