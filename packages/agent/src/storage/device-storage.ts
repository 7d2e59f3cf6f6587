/** What one device keeps across power cuts, as files in its folder. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { slotNameSchema } from '@tuesday/protocol';
import * as z from 'zod';
import type { Journal } from '../core/journal.ts';
import type { BootControl } from '../core/types.ts';
import { readJson, writeWhole } from './whole-file.ts';

const bootControlSchema = z.object({
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

export class DeviceStorage {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Durable when it resolves. */
  writeJournal(journal: Journal): Promise<void> {
    return writeWhole(this.#file('journal'), JSON.stringify(journal));
  }

  /** @returns whatever JSON is there, for the core to judge; undefined when it cannot be read */
  readJournal(): Promise<unknown> {
    return readJson(this.#file('journal'));
  }

  /** Durable when it resolves. */
  writeControl(control: BootControl): Promise<void> {
    return writeWhole(this.#file('boot'), JSON.stringify(control));
  }

  /** @returns undefined when there is none that makes sense */
  async readControl(): Promise<BootControl | undefined> {
    return bootControlSchema.safeParse(await readJson(this.#file('boot'))).data;
  }

  writeIdentity(identity: Identity): Promise<void> {
    return writeWhole(this.#file('identity'), JSON.stringify(identity));
  }

  async readIdentity(): Promise<Identity | undefined> {
    return identitySchema.safeParse(await readJson(this.#file('identity'))).data;
  }

  #file(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}
