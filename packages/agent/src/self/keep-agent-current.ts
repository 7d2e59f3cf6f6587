/** The agent's own update beside the firmware's: enrolled when the server can be reached, and as long as it runs. */
import { readFile } from 'node:fs/promises';
import { type Clock, isRefused } from '@tuesday/protocol';
import * as z from 'zod';
import type { RunningAgent } from '../run/run-agent.ts';
import { AGENT_VERSION } from '../run/version.ts';
import { realDisk } from '../storage/disk.ts';
import { RUNS_FROM } from './launcher.ts';
import { startSelfUpdate } from './self-update.ts';

export const selfUpdateSchema = z.strictObject({
  /** Address of the fleet of agents. */
  server: z.url(),
  /** File with its fleet key; needed until the agent is enrolled in it. */
  fleetKeyFile: z.string().optional(),
  /** File with the root metadata of that fleet. */
  rootFile: z.string(),
});

export interface KeepCurrentOptions {
  readonly section: z.infer<typeof selfUpdateSchema>;
  readonly folder: string;
  readonly device: string;
  readonly agent: Pick<RunningAgent, 'answered'>;
  readonly clock: Clock;
  readonly log: (event: string, facts: object) => void;
  readonly stop: AbortSignal;
  readonly restart: () => void;
}

/** Between two attempts to begin, milliseconds. */
const AGAIN = 300_000;

/** Resolves when it was told to stop and its state is on disk. What goes wrong in it is logged, and hurts nothing. */
export async function keepAgentCurrent(options: KeepCurrentOptions): Promise<void> {
  const { clock, log, stop } = options;
  while (!stop.aborted) {
    try {
      await live(options);
    } catch (error) {
      log('self-update-waits', { because: (error as Error).message });
    }
    await clock.sleep(AGAIN, stop).catch(() => undefined);
  }
}

/** Resolves when it was told to stop. */
async function live(options: KeepCurrentOptions): Promise<void> {
  const { section, folder, device, agent, clock, log, stop, restart } = options;
  const slot = process.env[RUNS_FROM];
  const started = await startSelfUpdate({
    folder,
    server: section.server,
    device,
    fleetKey: section.fleetKeyFile && (await readFile(section.fleetKeyFile, 'utf8')).trim(),
    rootJson: await readFile(section.rootFile, 'utf8'),
    packaged: { path: process.execPath, version: AGENT_VERSION },
    slot: slot === 'a' || slot === 'b' ? slot : undefined,
    disk: realDisk,
    clock,
    random: Math.random,
    log,
    isWell: () => agent.answered,
    restart,
  });
  if (isRefused(started)) throw new Error(started.refused.because);
  const { device: self } = started;
  stop.addEventListener('abort', () => self.stop(), { once: true });
  await self.run();
}
