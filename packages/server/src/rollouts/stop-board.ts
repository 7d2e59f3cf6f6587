/**
 * Halts that hold before the database has them: in memory from the first moment, in a small file before they are
 * answered, and until a job has seen them into the database.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Instant } from '@tuesday/protocol';
import * as z from 'zod';

const haltSchema = z.object({
  rollout: z.string(),
  at: z.int(),
  actor: z.object({
    label: z.string(),
    person: z.string().nullable(),
    origin: z.string(),
    factor: z.enum(['totp', 'recovery', 'passkey']).nullable(),
  }),
  /** The sentence that stands on screen from now on. */
  because: z.string(),
});
export type Halt = z.infer<typeof haltSchema>;
const lineSchema = z.union([z.object({ halt: haltSchema }), z.object({ settled: z.string() })]);

/** Names one press of one person. */
function keyOf({ rollout, at, actor }: Halt): string {
  return `${rollout} ${at} ${actor.label}`;
}

/** What the door of devices asks: why nothing of this rollout leaves; undefined when it may. */
export interface Stops {
  sentenceOf(rollout: string): string | undefined;
}

export class StopBoard implements Stops {
  /** What could not be read of the file: a line that a power cut tore, or damage. */
  readonly damagedLines: number;
  /** Real milliseconds in which a halt is answered, whatever the database does. */
  patience = 750;
  /** Not known to the database yet; of the same rollout the one that came first holds. */
  readonly #waiting: Map<string, Halt>;
  /**
   * Known to it, and since when. They are kept for a while: a report that was judged before the halt may be
   * answered only now.
   */
  readonly #known = new Map<string, { because: string; since: Instant }>();
  readonly #listeners = new Set<() => void>();
  readonly #file: string;
  #handle: FileHandle | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: string, halts: readonly Halt[], damagedLines: number) {
    this.#file = file;
    this.#waiting = new Map(halts.map((halt) => [keyOf(halt), halt]));
    this.damagedLines = damagedLines;
  }

  /** Reads what an earlier process left, and writes the file anew without what was settled. */
  static open(file: string): StopBoard {
    const { halts, damaged } = readHalts(file);
    writeWhole(file, halts.map((halt) => lineOf({ halt })).join(''));
    return new StopBoard(file, halts, damaged);
  }

  sentenceOf(rollout: string): string | undefined {
    for (const halt of this.#waiting.values()) if (halt.rollout === rollout) return halt.because;
    return this.#known.get(rollout)?.because;
  }

  waiting(): Halt[] {
    return [...this.#waiting.values()];
  }

  known(): { rollout: string; since: Instant }[] {
    return [...this.#known].map(([rollout, { since }]) => ({ rollout, since }));
  }

  /** @param hear of every new stop */
  listen(hear: () => void): void {
    this.#listeners.add(hear);
  }

  /**
   * Stops at once.
   *
   * @returns when it is on the disk; rejects when the disk does not take it
   */
  stop(halt: Halt): Promise<void> {
    this.#waiting.set(keyOf(halt), halt);
    for (const hear of this.#listeners) hear();
    return this.#append(lineOf({ halt }), true);
  }

  /**
   * The database has it; or it says that the rollout cannot be halted, and then it may go on.
   *
   * @param halted since when, by the wall
   */
  settle(halt: Halt, halted: { because: string; since: Instant } | undefined): void {
    const key = keyOf(halt);
    const was = this.#waiting.delete(key);
    if (halted) this.#known.set(halt.rollout, halted);
    // A crash before this line is written repeats the halt, which does nothing twice.
    if (was) void this.#append(lineOf({ settled: key }), false).catch(() => undefined);
  }

  /** What the database says about it is enough now. */
  forget(rollout: string): void {
    this.#known.delete(rollout);
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** One after the other, so that no line lands inside another one. */
  #append(line: string, sync: boolean): Promise<void> {
    const write = async () => {
      this.#handle ??= await open(this.#file, 'a', 0o600);
      await this.#handle.appendFile(line);
      if (sync) await this.#handle.datasync();
    };
    const done = this.#writing.then(write, write);
    this.#writing = done;
    return done;
  }
}

function lineOf(line: z.input<typeof lineSchema>): string {
  return `${JSON.stringify(line)}\n`;
}

function readHalts(file: string): { halts: Halt[]; damaged: number } {
  const halts = new Map<string, Halt>();
  let damaged = 0;
  for (const text of readText(file).split('\n')) {
    if (text === '') continue;
    const line = parseLine(text);
    if (!line) damaged++;
    else if ('settled' in line) halts.delete(line.settled);
    else halts.set(keyOf(line.halt), line.halt);
  }
  return { halts: [...halts.values()], damaged };
}

function parseLine(text: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw cause;
  }
}

/** Whole or not at all, also after a power cut. */
function writeWhole(file: string, text: string): void {
  const fresh = openSync(`${file}.new`, 'w', 0o600);
  writeSync(fresh, text);
  fsyncSync(fresh);
  closeSync(fresh);
  renameSync(`${file}.new`, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
