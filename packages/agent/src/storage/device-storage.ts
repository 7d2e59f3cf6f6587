/** What one device keeps across power cuts, as files in its folder. */
import { join } from 'node:path';
import { slotNameSchema } from '@tuesday/protocol';
import * as z from 'zod';
import type { Journal } from '../core/journal.ts';
import type { BootControl } from '../core/types.ts';
import { type Disk, realDisk } from './disk.ts';
import { sealed, unsealed } from './sealed-json.ts';
import { readJson, removeFile, writeWhole } from './whole-file.ts';

export const bootControlSchema = z.object({
  defaultSlot: slotNameSchema,
  trialSlot: slotNameSchema.nullable(),
  attempts: z.int().min(0),
});

/** Who the device is to the server; written once, on enrolment. */
export const identitySchema = z.object({
  device: z.string(),
  token: z.string(),
  mqtt: z.string().optional(),
  /** Topic of the fleet's announcements; absent: that of the first fleet. */
  announcements: z.string().optional(),
});
export type Identity = z.infer<typeof identitySchema>;

const brokerSchema = z.object({ url: z.string(), version: z.union([z.literal(4), z.literal(5)]) });
export type KnownBroker = z.infer<typeof brokerSchema>;
const PROBE_BYTES = 16_384;

/** The copies of the identity, the first one first. */
const IDENTITY = ['identity', 'identity-copy'] as const;

export class DeviceStorage {
  readonly folder: string;
  readonly #disk: Disk;

  constructor(folder: string, disk: Disk = realDisk) {
    this.folder = folder;
    this.#disk = disk;
  }

  async open(): Promise<void> {
    await this.#disk.makeFolder(this.folder);
  }

  /** Durable when it resolves. */
  writeJournal(journal: Journal): Promise<void> {
    return writeWhole(this.#file('journal'), sealed(journal), this.#disk);
  }

  /**
   * @returns whatever JSON is there, for the core to judge, and no journal when it is not what was written;
   *   undefined when it cannot be read
   */
  async readJournal(): Promise<unknown> {
    const { record, altered } = unsealed(await readJson(this.#file('journal'), this.#disk));
    return altered ? { ...(record as object), journal: 'altered' } : record;
  }

  /** Durable when it resolves. */
  writeControl(control: BootControl): Promise<void> {
    return writeWhole(this.#file('boot'), JSON.stringify(control), this.#disk);
  }

  /** @returns undefined when there is none that makes sense */
  async readControl(): Promise<BootControl | undefined> {
    return bootControlSchema.safeParse(await readJson(this.#file('boot'), this.#disk)).data;
  }

  /**
   * Whether as much as the longest journal can be written now.
   *
   * @throws what the file system throws
   */
  async tryWriting(): Promise<void> {
    const file = this.#file('probe');
    await writeWhole(file, Buffer.alloc(PROBE_BYTES), this.#disk);
    await removeFile(file, this.#disk);
  }

  /** Twice: the server gives an identity once, and a device that lost it is lost to the server. */
  async writeIdentity(identity: Identity): Promise<void> {
    for (const name of IDENTITY) await writeWhole(this.#file(name), sealed(identity), this.#disk);
  }

  /** @returns undefined when no copy is whole */
  async readIdentity(): Promise<Identity | undefined> {
    for (const name of IDENTITY) {
      const { record, altered } = unsealed(await readJson(this.#file(name), this.#disk));
      const identity = identitySchema.safeParse(record);
      if (!altered && identity.success) return identity.data;
    }
    return undefined;
  }

  /** Which version of MQTT the broker at this address spoke; a hint, not worth a fault when it is lost. */
  async writeBroker(broker: KnownBroker): Promise<void> {
    await writeWhole(this.#file('broker'), JSON.stringify(broker), this.#disk);
  }

  async readBroker(): Promise<KnownBroker | undefined> {
    return brokerSchema.safeParse(await readJson(this.#file('broker'), this.#disk)).data;
  }

  #file(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}
