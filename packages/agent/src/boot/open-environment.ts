/** Whether the environment of U-Boot is where it is said to be, and can be made anew. */
import { readFile } from 'node:fs/promises';
import { type OrRefused, refuse, type SlotName } from '@tuesday/protocol';
import type { Disk } from '../storage/disk.ts';
import { checkState, overlap, type Place } from './check-state.ts';
import type { ControlStore } from './control-store.ts';
import type { AlsoWords } from './control-words.ts';
import { readDefaults } from './uboot-env-block.ts';
import { ubootEnvironment } from './uboot-env.ts';

export interface EnvironmentConfig {
  readonly copies: readonly Place[];
  readonly size: number;
  readonly defaults: string;
  readonly slots: Readonly<Record<SlotName, string>>;
}

/** @returns refused `config-invalid`, with the field */
export async function openEnvironment(
  { copies, size, defaults, slots }: EnvironmentConfig,
  disk: Disk,
  also?: AlsoWords,
): Promise<OrRefused<{ store: ControlStore }>> {
  for (const [index, copy] of copies.entries()) {
    const refused = await checkState(copy, size, `backEnd.copies.${index}`, slots, disk);
    if (refused) return { refused };
  }
  const [first, second] = copies;
  if (first && second && (await overlap(first, second, size))) {
    const because = `the second copy at ${second.offset} lies over the first, which has ${size} bytes at ${first.offset}.`;
    return { refused: refuse('config-invalid', because, { field: 'backEnd.copies.1' }) };
  }
  const field = 'backEnd.defaults';
  const text = await readFile(defaults, 'latin1').catch((error: unknown) => error as Error);
  if (text instanceof Error) return { refused: refuse('config-invalid', text.message, { field }) };
  const words = readDefaults(text);
  if (!words.has('bootcmd')) {
    const because = `${defaults} has no bootcmd: an environment made of it would boot nothing.`;
    return { refused: refuse('config-invalid', because, { field }) };
  }
  return { store: ubootEnvironment({ copies, size, defaults: words }, disk, also) };
}
