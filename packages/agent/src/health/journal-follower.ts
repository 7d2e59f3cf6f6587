/** Follows one unit in the systemd journal (`journalctl --output=json`, one object a line) and hears its error codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Clock, type ErrorCode, errorCodeSchema } from '@tuesday/protocol';
import * as z from 'zod';

/** Starts what prints the journal of a unit from now on. Replaced in tests. */
export type OpenJournal = (unit: string) => ChildProcess;

export const openJournal: OpenJournal = (unit) =>
  spawn('journalctl', ['--follow', '--output=json', '--lines=0', `--unit=${unit}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });

export interface JournalFollowerOptions {
  readonly unit: string;
  /** A code counts in a message when this text stands right before it. */
  readonly marker: string;
  readonly clock: Clock;
  readonly open: OpenJournal;
  readonly onCode: () => void;
}

/** Fields of an entry; messages that are not text come as arrays of bytes. */
const entrySchema = z.looseObject({
  MESSAGE: z
    .union([z.string(), z.array(z.int()).transform((bytes) => Buffer.from(bytes).toString('utf8'))])
    .optional(),
  TUESDAY_ERROR: errorCodeSchema.optional(),
});

/** Between a journal that ended and the next one, milliseconds. */
const AGAIN = 5_000;

/** Codes of one life of the firmware that are kept: as many as a report carries. */
const MOST = 32;

export class JournalFollower {
  readonly #options: JournalFollowerOptions;
  #stop = new AbortController();
  #up = false;
  readonly #raised = new Set<ErrorCode>();

  constructor(options: JournalFollowerOptions) {
    this.#options = options;
  }

  /** @throws Error while the journal cannot be followed: silence would prove nothing */
  get raised(): ErrorCode[] {
    if (this.#raised.size === 0 && !this.#up) throw new Error('the journal cannot be followed');
    return [...this.#raised];
  }

  begin(): void {
    this.end();
    this.#raised.clear();
    this.#stop = new AbortController();
    void this.#follow(this.#stop.signal);
  }

  end(): void {
    this.#stop.abort();
    this.#up = false;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#once(signal);
      await this.#options.clock.sleep(AGAIN, signal).catch(() => undefined);
    }
  }

  /** Resolves when the program has ended. */
  #once(signal: AbortSignal): Promise<void> {
    const child = this.#options.open(this.#options.unit);
    return new Promise((resolve) => {
      const kill = () => child.kill('SIGKILL');
      const over = () => {
        signal.removeEventListener('abort', kill);
        if (!signal.aborted) this.#up = false;
        resolve();
      };
      signal.addEventListener('abort', kill, { once: true });
      child.once('spawn', () => (this.#up = !signal.aborted));
      child.once('error', over);
      child.once('close', over);
      if (child.stdout === null) return;
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!signal.aborted) this.#hear(line);
      });
    });
  }

  #hear(line: string): void {
    const code = codeOf(line, this.#options.marker);
    if (code === undefined || this.#raised.has(code) || this.#raised.size >= MOST) return;
    this.#raised.add(code);
    this.#options.onCode();
  }
}

function codeOf(line: string, marker: string): ErrorCode | undefined {
  const { MESSAGE = '', TUESDAY_ERROR } = entryIn(line);
  if (TUESDAY_ERROR !== undefined) return TUESDAY_ERROR;
  const at = MESSAGE.indexOf(marker);
  if (at < 0) return undefined;
  const [word = ''] = MESSAGE.slice(at + marker.length).split(/[^0-9A-Za-z]/);
  return codeAmong([word]);
}

function entryIn(line: string): z.infer<typeof entrySchema> {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data ?? {};
  } catch {
    return {};
  }
}

/** The first word that is an error code. */
export function codeAmong(words: readonly string[]): ErrorCode | undefined {
  return words.find((word) => errorCodeSchema.safeParse(word).success);
}
