/** Who at the device asks for a rescue. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RescueDemand } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { DEMAND_FILE } from './rescue-work.ts';

export interface DemandOptions {
  /** Of the device. */
  readonly folder: string;
  /** The agent was started with `--rescue`. */
  readonly flag: boolean;
  /** Linux shows there what its boot loader said (proc(5)). */
  readonly commandLine?: string;
  readonly disk?: Disk;
}

/** Asked at every power-on. Flag and command line are heard once in the life of the process: they stay as they are. */
export function demandReader(options: DemandOptions): () => Promise<RescueDemand | undefined> {
  const { folder, flag, commandLine = '/proc/cmdline', disk = realDisk } = options;
  let first = true;
  return async () => {
    const isFirst = first;
    first = false;
    if ((await disk.size(join(folder, DEMAND_FILE))) !== undefined) return 'file';
    if (!isFirst) return undefined;
    if (flag) return 'flag';
    const words = await readFile(commandLine, 'utf8').catch(() => '');
    return words.split(/\s+/).includes('tuesday.rescue=1') ? 'kernel' : undefined;
  };
}
