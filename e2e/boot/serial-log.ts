/** Serial logs: kept, and shown when something goes wrong, which is when somebody wants them. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BootFleet } from './boot-fleet.ts';
import { cacheFolder } from './guest-parts.ts';

/** Characters of each log that are printed. */
const SHOWN = 8_000;

/** Runs something; when it fails, the logs are printed. In any case they are copied to the cache. */
export async function printSerialLogs<T>(fleet: BootFleet, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    for (const [variant, machine] of fleet.machines)
      process.stderr.write(`\n── serial line of ${variant}\n${machine.said.slice(-SHOWN)}\n`);
    throw error;
  } finally {
    const logs = join(cacheFolder, 'serial');
    mkdirSync(logs, { recursive: true });
    for (const [variant, machine] of fleet.machines)
      copyFileSync(machine.serialLog, join(logs, `${variant}.log`));
  }
}
