/**
 * The machine's watchdog: hardware that restarts the machine unless it hears from the agent. Whatever holds up the
 * agent for longer than its time-out (a hang, a stopped process, a machine out of memory) ends in a boot, which the
 * boot loader counts.
 */
import { open } from 'node:fs/promises';
import { wallClock } from '@tuesday/protocol';

export interface WatchdogOptions {
  /** Its device, for instance `/dev/watchdog0`; or a file, in tests. */
  readonly device: string;
  /** Real milliseconds between two signs of life; well below half of the time-out. */
  readonly everyMillis: number;
}

/**
 * Signs of life until the signal is aborted; then the watchdog is told that the end was meant.
 *
 * @throws what the file system throws when it cannot be opened, or no longer be written to
 */
export async function feedWatchdog(
  { device, everyMillis }: WatchdogOptions,
  signal: AbortSignal,
): Promise<void> {
  const clock = wallClock();
  await using handle = await open(device, 'r+');
  while (!signal.aborted) {
    await handle.write('1');
    await clock.sleep(everyMillis, signal).catch(() => undefined);
  }
  // The kernel's "magic close": a watchdog that is closed without it goes on and fires.
  // Linux, Documentation/watchdog/watchdog-api.rst.
  await handle.write('V');
}
