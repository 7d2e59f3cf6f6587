/** The log of one cell: everything that anybody said in it, with the time and who it was. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Clock } from '@tuesday/protocol';

/** A firmware that talks without end must not fill the disk, bytes. */
const LIMIT = 16 * 1024 * 1024;

export class CellLog {
  readonly file: string;
  readonly #clock: Clock;
  readonly #handle: number;
  #size = 0;
  #closed = false;

  constructor(file: string, clock: Clock) {
    this.file = file;
    this.#clock = clock;
    this.#handle = openSync(file, 'w');
  }

  /** Synchronous: what was said before we are killed is in the file. */
  write(who: string, line: string): void {
    if (this.#closed || this.#size > LIMIT) return;
    const text = `${new Date(this.#clock.now()).toISOString()} ${who} | ${line.trimEnd()}\n`;
    this.#size += Buffer.byteLength(text);
    writeSync(this.#handle, this.#size > LIMIT ? 'the log is full\n' : text);
  }

  /** @returns SHA-256 of the file, hex */
  close(): string {
    this.#closed = true;
    closeSync(this.#handle);
    return createHash('sha256').update(readFileSync(this.file)).digest('hex');
  }
}
