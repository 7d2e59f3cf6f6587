/**
 * The part of the agent that an update of the agent never replaces: it counts the starts of an executable on
 * trial, goes back to the other one after three, and knows the packaged executable as the last resort.
 */
import { type Clock, compareVersions, type SlotName } from '@tuesday/protocol';
import { bootLoader } from '../core/boot-loader.ts';
import { backOffMillis } from '../core/turn.ts';
import type { BootControl } from '../core/types.ts';
import { DeviceStorage } from '../storage/device-storage.ts';
import type { Disk } from '../storage/disk.ts';
import { AgentSlots } from './agent-slots.ts';

/** An agent that ends with this asks to be started again, from whatever slot the boot control names now. */
export const START_AGAIN = 75;

/** Ends that another start would only repeat: a wrong command line or configuration, a server that says no. */
const FOR_GOOD: ReadonlySet<number> = new Set([0, 2, 3]);

/** Starts of an executable on trial before the other one is started. */
const START_LIMIT = 3;
const BACK_OFF = { baseMillis: 1_000, capMillis: 300_000 };
/** An agent that ran for so long was well: the next back-off begins anew, milliseconds. */
const WELL_AFTER = 600_000;

export interface Executable {
  /** File to start. */
  readonly path: string;
  /** Absent: the packaged executable runs because no slot is whole. */
  readonly slot?: SlotName;
}

export interface LauncherOptions {
  /** Holds the agent's own slots, boot control and journal. */
  readonly folder: string;
  readonly packaged: { readonly path: string; readonly version: string };
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the launcher, after the agent. */
  readonly signal: AbortSignal;
  /** Starts an agent and resolves with its exit code, null when a signal ended it; ends it when told to. */
  readonly run: (executable: Executable, signal: AbortSignal) => Promise<number | null>;
  readonly log: (event: string, facts: object) => void;
}

/** @returns the exit code of the last agent, 0 when the launcher was ended */
export async function launch(options: LauncherOptions): Promise<number> {
  const { clock, signal, random, run, log } = options;
  let failures = 0;
  while (!signal.aborted) {
    const { executable, onTrial } = await chooseExecutable(options);
    log('launch', { path: executable.path, slot: executable.slot ?? null, onTrial });
    const began = clock.now();
    const code = await run(executable, signal).catch(() => null);
    if (signal.aborted) return 0;
    log('agent-ended', { code });
    if (code !== null && FOR_GOOD.has(code) && !onTrial) return code;
    if (code === START_AGAIN) continue;
    failures = clock.now() - began > WELL_AFTER ? 1 : failures + 1;
    await clock.sleep(backOffMillis(BACK_OFF, failures, random), signal).catch(() => undefined);
  }
  return 0;
}

/** Counts the start durably before it happens, so that one that dies at once still counts. */
async function chooseExecutable(
  options: LauncherOptions,
): Promise<{ executable: Executable; onTrial: boolean }> {
  const { folder, packaged, disk } = options;
  const storage = new DeviceStorage(folder, disk);
  const slots = new AgentSlots(folder, disk);
  const kept = await storage.readControl();
  const found = await slots.found();
  const versions = [found.a, found.b].map((label) => label?.version);
  const outdated = versions.every((one) => one === undefined || compareVersions(one, packaged.version) < 0);
  if (kept === undefined || outdated) return { executable: { path: packaged.path }, onTrial: false };
  const { control, booted } = bootLoader(kept, START_LIMIT);
  if (control !== kept) await storage.writeControl(control);
  if (found[booted] === null) return standIn(options, storage, slots, control, booted);
  return {
    executable: { path: slots.executable(booted), slot: booted },
    onTrial: control.trialSlot === booted,
  };
}

/** The slot that should start is not whole: the other one, or else the packaged executable. */
async function standIn(
  { packaged }: LauncherOptions,
  storage: DeviceStorage,
  slots: AgentSlots,
  control: BootControl,
  broken: SlotName,
): Promise<{ executable: Executable; onTrial: boolean }> {
  const other = broken === 'a' ? 'b' : 'a';
  if ((await slots.found())[other] === null) return { executable: { path: packaged.path }, onTrial: false };
  await storage.writeControl({
    defaultSlot: other,
    trialSlot: null,
    attempts: control.trialSlot === null ? 0 : control.attempts,
  });
  return { executable: { path: slots.executable(other), slot: other }, onTrial: false };
}
