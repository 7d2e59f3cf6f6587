/** A device that SWUpdate installs on, and whose boot loader the agent itself tells what to boot. */
import { type OrRefused, type Refusal } from '@tuesday/protocol';
import * as z from 'zod';
import type { BackEnd } from '../boot/back-end.ts';
import type { BootPromises } from '../boot/boot-port.ts';
import type { AlsoWords } from '../boot/control-words.ts';
import { MachineBoot } from '../boot/machine-boot.ts';
import { checkMachine, devicePath } from '../boot/machine-config.ts';
import { openStore, storeSchemas } from '../boot/stores.ts';
import type { ControlStore } from '../boot/control-store.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { Disk } from '../storage/disk.ts';
import { InstallerSlots } from './installer-slots.ts';
import { swupdateInstaller } from './swupdate-installer.ts';

const selection = z
  .string()
  .regex(/^[^,\s]{1,255},[^,\s]{1,255}$/, 'must be a software set and a mode, such as stable,copy1');

export const swupdateSchema = z.strictObject({
  kind: z.literal('swupdate'),
  /** Software set and mode of the image for each slot, as in `swupdate -e`; `swupdate -q` has to accept both. */
  select: z.strictObject({ a: selection, b: selection }),
  /** Folder with SWUpdate's sockets: its `TMPDIR`. */
  sockets: devicePath.default('/tmp'),
  /** Command and first arguments of the client that came with SWUpdate. */
  client: z.array(z.string().min(1)).min(1).default(['swupdate-client']),
  /** An installation that takes longer is no longer waited for. */
  installWithinSeconds: z.int().min(1).max(86_400).default(1_800),
  /** What boots the two slots. */
  bootLoader: z.discriminatedUnion('kind', [...storeSchemas]),
});
type SwupdateConfig = z.infer<typeof swupdateSchema>;

/** SWUpdate's own word in the environment of the boot loader: 1 while something waits for its confirmation. */
export const ustate: AlsoWords = ({ trialSlot }) => new Map([['ustate', trialSlot === null ? '0' : '1']]);

/** @param bootLoader what the boot loader itself promises */
export function swupdatePromises(bootLoader: BootPromises): BootPromises {
  return {
    ...bootLoader,
    name: 'swupdate',
    cannot: [
      ...bootLoader.cannot,
      'Which device a slot is stands in the sw-description of each image: a signed image that names the wrong one is written there.',
      'What somebody installs with SWUpdate beside the agent is reported under the version from before.',
      'The bytes of an artifact cannot be got back from a slot: no deltas from it, and nothing for neighbours.',
    ],
  };
}

/** @returns refused `config-invalid`, with the field. SWUpdate is not asked: it may start later. */
export async function openSwupdate(
  config: SwupdateConfig,
  storage: DeviceStorage,
  disk: Disk,
): Promise<OrRefused<BackEnd>> {
  const machine = await checkMachine(config.bootLoader);
  if ('refused' in machine) return { refused: within(machine.refused) };
  const booted = machine.slot;
  const opened = await openStore(config.bootLoader, booted, disk, ustate);
  if ('refused' in opened) return { refused: within(opened.refused) };
  const { client, sockets, select, installWithinSeconds } = config;
  const installer = swupdateInstaller({
    client,
    sockets,
    select,
    withinMillis: installWithinSeconds * 1_000,
  });
  const slots = new InstallerSlots({ installer, booted, folder: storage.folder }, disk);
  const { reboot } = config.bootLoader;
  return {
    boot: new MachineBoot({ store: promising(opened.store), booted, reboot }),
    slots,
    adopt: (factory) => slots.adopt(factory),
  };
}

function promising(store: ControlStore): ControlStore {
  return {
    promises: swupdatePromises(store.promises),
    read: () => store.read(),
    write: (control, limit) => store.write(control, limit),
  };
}

/** The boot loader's fields stand one section deeper here. */
function within(refused: Refusal): Refusal {
  const field = refused.field?.replace(/^backEnd\b/, 'backEnd.bootLoader');
  return { ...refused, ...(field === undefined ? {} : { field }) };
}
