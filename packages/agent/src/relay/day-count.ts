/**
 * Bytes given in one day. On the disk stands what is set aside for giving, in steps: never less than was given, so that
 * a device which loses its power again and again does not give the bytes of a day again and again. What was set aside
 * and not given then counts as given.
 */
import { dirname } from 'node:path';
import { type Clock, type Instant, instantSchema } from '@tuesday/protocol';
import * as z from 'zod';
import { InTurn } from '../boot/in-turn.ts';
import type { Disk } from '../storage/disk.ts';
import { sealed, unsealed } from '../storage/sealed-json.ts';
import { readJson, writeWhole } from '../storage/whole-file.ts';

export interface DayCountOptions {
  /** Most bytes of a day. */
  readonly bytesPerDay: number;
  readonly clock: Clock;
  /** Where it is remembered; absent: it is forgotten with the process. */
  readonly file?: string | undefined;
  readonly disk: Disk;
}

const DAY = 86_400_000;
/** So many writes a day at the most, whatever is given. */
const STEPS = 32;

const recordSchema = z.object({ budget: z.literal(1), from: instantSchema, bytes: z.int().min(0) });

export class DayCount {
  readonly #options: DayCountOptions;
  readonly #turns = new InTurn();
  #opened: Promise<void> | undefined;
  #from: Instant;
  #given = 0;
  /** May leave without being asked for one by one. */
  #ahead = 0;
  /** On the disk. */
  #aside = 0;
  /** Since when the clock has been behind the day's beginning. */
  #behindSince: Instant | undefined;

  constructor(options: DayCountOptions) {
    this.#options = options;
    this.#from = options.clock.now();
  }

  get given(): number {
    this.#turnDay();
    return this.#given;
  }

  /** Until the next day begins, milliseconds. */
  get endsIn(): number {
    this.#turnDay();
    return (this.#behindSince ?? this.#from) + DAY - this.#options.clock.now();
  }

  /** Whoever counts before it has been opened counts on top of what is remembered. */
  open(): Promise<void> {
    return (this.#opened ??= this.#open());
  }

  count(bytes: number): void {
    this.#turnDay();
    this.#given += bytes;
  }

  /** Of what was set aside ahead. */
  spend(bytes: number): void {
    this.count(bytes);
    this.#ahead = Math.max(0, this.#ahead - bytes);
  }

  giveBack(bytes: number): void {
    this.#turnDay();
    this.#given = Math.max(0, this.#given - bytes);
  }

  /**
   * What was counted, and so many bytes more, stand on the disk when it resolves.
   *
   * @throws what the file system throws; then they must not leave
   */
  setAside(ahead: number): Promise<void> {
    this.#turnDay();
    this.#ahead = Math.max(this.#ahead, ahead);
    return this.#turns.do(async () => {
      const { bytesPerDay } = this.#options;
      const needed = Math.min(bytesPerDay, this.#given + this.#ahead);
      if (this.#aside < needed)
        await this.#write(Math.min(bytesPerDay, needed + Math.ceil(bytesPerDay / STEPS)));
    });
  }

  /** Nothing more is given: what was set aside and not used is free again. */
  close(): Promise<void> {
    return this.#turns.do(async () => {
      this.#ahead = 0;
      if (this.#aside > this.#given) await this.#write(this.#given);
    });
  }

  /** A record that cannot be read may have said anything: the day counts as used up. */
  async #open(): Promise<void> {
    const { file, disk, bytesPerDay } = this.#options;
    if (file === undefined) return;
    const isThere = (await disk.size(file).catch(() => 0)) !== undefined;
    if (!isThere) return;
    const { record, altered } = unsealed(await readJson(file, disk).catch(() => undefined));
    const { data } = recordSchema.safeParse(record);
    if (data === undefined || altered) {
      this.#given = bytesPerDay;
      return this.#write(bytesPerDay).catch(() => undefined);
    }
    this.#from = data.from;
    this.#given += data.bytes;
    this.#aside = data.bytes;
    this.#turnDay();
  }

  async #write(bytes: number): Promise<void> {
    const { file, disk } = this.#options;
    const record = { budget: 1, from: this.#from, bytes };
    if (file !== undefined) {
      await disk.makeFolder(dirname(file));
      await writeWhole(file, sealed(record), disk);
    }
    this.#aside = bytes;
  }

  /**
   * A clock that was set back ends no day by itself, or every start without a clock would begin one; but a day of
   * its own time does.
   */
  #turnDay(): void {
    const now = this.#options.clock.now();
    this.#behindSince = now < this.#from ? Math.min(this.#behindSince ?? now, now) : undefined;
    if (now - (this.#behindSince ?? this.#from) < DAY) return;
    this.#from = now;
    this.#given = 0;
    this.#ahead = 0;
    this.#aside = 0;
    this.#behindSince = undefined;
  }
}
