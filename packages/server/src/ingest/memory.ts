/**
 * What the server knows about devices without asking the database: the hash of each token, and the last answer
 * that a repetition of the same report may be given again. Only an answer that offers nothing is ever repeated.
 */
import type { Instant } from '@tuesday/protocol';

export interface IdleAnswer {
  /** SHA-256 of the report's bytes, as binary text. */
  readonly hash: string;
  /** The state of offers that it was decided in. */
  readonly epoch: number;
  readonly body: string;
  /** The device's turn in a stage: from then on it may be offered something. */
  readonly until: Instant;
}

interface Known {
  /** SHA-256 of the token. */
  token: Buffer;
  idle: IdleAnswer | undefined;
}

export class DeviceMemory {
  readonly #known = new Map<string, Known>();
  readonly #limit: number;
  #epoch = 0;
  #listening = false;

  /** @param limit most devices that are remembered; about 500 bytes each */
  constructor(limit = 1_000_000) {
    this.#limit = limit;
  }

  /** Rises whenever devices may be offered something else than before. Read it before reading the database. */
  get epoch(): number {
    return this.#epoch;
  }

  forgetAnswers(): void {
    this.#epoch++;
  }

  /** Answers are repeated only while changes by other servers are heard. */
  set listening(on: boolean) {
    this.#listening = on;
    this.#epoch++;
  }

  tokenOf(device: string): Buffer | undefined {
    return this.#known.get(device)?.token;
  }

  rememberToken(device: string, token: Buffer): void {
    const known = this.#known.get(device);
    if (known?.token.equals(token)) return;
    if (!known && this.#known.size >= this.#limit) {
      // The one that came first; a device that is still there is soon back.
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(device, { token, idle: undefined });
  }

  /** The answer to a report with these bytes, if it is the same as the last one and nothing has changed. */
  idleAnswer(device: string, hash: string, at: Instant): string | undefined {
    const idle = this.#known.get(device)?.idle;
    const same = this.#listening && idle?.hash === hash && idle.epoch === this.#epoch && at < idle.until;
    return same ? idle.body : undefined;
  }

  rememberIdle(device: string, idle: IdleAnswer | undefined): void {
    const known = this.#known.get(device);
    if (known) known.idle = idle;
  }
}
