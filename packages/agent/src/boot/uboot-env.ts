/**
 * U-Boot with its state in its own environment, by the words of its boot count: `upgrade_available` and `bootcount`.
 * The script is `examples/boot/uboot-env.env`.
 */
import type { BootControl } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import type { BootPromises } from './boot-port.ts';
import type { ControlStore } from './control-store.ts';
import { type AlsoWords, controlOf, withControl, type WordNames, type Words } from './control-words.ts';
import { copyOf, newestOf, readCopy } from './uboot-env-block.ts';

const NAMES: WordNames = {
  defaultSlot: 'default_slot',
  trialSlot: 'trial_slot',
  trial: 'upgrade_available',
  attempts: 'bootcount',
};

export interface EnvironmentPlace {
  /** One copy, or two that are written in turn. */
  readonly copies: readonly { readonly device: string; readonly offset: number }[];
  /** Bytes of one copy, its checksum included (`CONFIG_ENV_SIZE`). */
  readonly size: number;
  /** What U-Boot has built in: the environment is made of it when no copy is valid. */
  readonly defaults: Words;
}

export function ubootEnvPromises(copies: number): BootPromises {
  const torn =
    'With one copy of the environment a power cut during a write leaves none; U-Boot then boots what is built in.';
  return {
    name: 'u-boot-environment',
    countsWithoutAgent: true,
    atomicWrite: copies === 2,
    wholeMachine: true,
    cannot: [
      ...(copies === 2 ? [] : [torn]),
      'Raw flash (MTD, UBI) is not written: the environment has to stand on a block device or in a file.',
      'The limit of boot attempts is the bootlimit of U-Boot; the agent cannot change it.',
      'Somebody else who writes the environment at the same moment may undo what the agent wrote.',
    ],
  };
}

export function ubootEnvironment(
  place: EnvironmentPlace,
  disk: Disk = realDisk,
  also?: AlsoWords,
): ControlStore {
  const { copies, size, defaults } = place;
  const redundant = copies.length === 2;
  const look = async () => {
    const blocks = copies.map(({ device, offset }) => disk.readPart(device, offset, size));
    const found = (await Promise.all(blocks)).map((block) => readCopy(block, redundant));
    const newest = newestOf(found);
    return { newest, copy: newest === undefined ? undefined : found[newest] };
  };
  return {
    promises: ubootEnvPromises(copies.length),
    async read() {
      const { copy } = await look();
      return copy && controlOf(copy.words, NAMES);
    },
    async write(control: BootControl) {
      const { newest, copy } = await look();
      const kept = new Map([...(copy?.words ?? defaults), ...(also?.(control) ?? [])]);
      const words = sorted(withControl(kept, control, NAMES));
      const block = copyOf({ words, serial: ((copy?.serial ?? 0) + 1) % 256 }, size, redundant);
      const target = copies[redundant && newest === 0 ? 1 : 0];
      if (target === undefined) throw new RangeError('the environment has no place');
      await using file = await disk.update(target.device);
      await file.write(block, target.offset);
      await file.sync();
    },
  };
}

/** As U-Boot itself writes them. */
function sorted(words: Words): Words {
  return new Map([...words].sort(([one], [other]) => (one < other ? -1 : 1)));
}
