/** Where the bytes of one target can be had, best first. Who fails goes to the back; who lied is left out. */
import type { RefusalCode } from '@tuesday/protocol';

/**
 * lied: it sent, or announced, what cannot be the signed bytes. doubtful: it announced less, or wrong bytes came of which
 * nobody knows whose they are. no rest: it has only the whole.
 */
export type FaultKind = 'failed' | 'lied' | 'doubtful' | 'no rest';

/** A source did not send what it should. */
export class SourceFault extends Error {
  readonly code: RefusalCode;
  readonly #kind: FaultKind;

  constructor(code: RefusalCode, because: string, kind: FaultKind = 'failed') {
    super(because);
    this.name = 'SourceFault';
    this.code = code;
    this.#kind = kind;
  }

  get lied(): boolean {
    return this.#kind === 'lied';
  }

  /** There were wrong bytes, or there would have been: more than that somebody is away. */
  get doubtful(): boolean {
    return this.#kind === 'lied' || this.#kind === 'doubtful';
  }

  get noRest(): boolean {
    return this.#kind === 'no rest';
  }
}

export interface Source {
  readonly url: URL;
  /** Whether the device's token may be shown to it. */
  readonly own: boolean;
  readonly name: string;
}

export class Sources {
  #order: Source[];
  #failed = 0;
  /** Sources that lied at another time. */
  readonly leftOut: number;

  /**
   * @param server knows the device; it comes last
   * @param lied names of sources that are left out
   */
  constructor(server: URL, mirrors: readonly URL[], lied: readonly string[]) {
    const seen = new Set<string>();
    const all = [...mirrors, server]
      .map((url) => ({ url, own: url.origin === server.origin, name: `${url.origin}${url.pathname}` }))
      .filter(({ name }) => !seen.has(name) && seen.add(name));
    this.#order = all.filter(({ name }) => !lied.includes(name));
    this.leftOut = all.length - this.#order.length;
  }

  get best(): Source | undefined {
    return this.#order[0];
  }

  /** All others have failed since the last round. */
  get isLast(): boolean {
    return this.#failed >= this.#order.length - 1;
  }

  /** @returns whether all of them have failed since the last round */
  fail(source: Source, lied: boolean): boolean {
    this.#order = this.#order.filter((other) => other !== source);
    if (!lied) {
      this.#order.push(source);
      this.#failed += 1;
    }
    if (this.#failed < this.#order.length) return false;
    this.#failed = 0;
    return true;
  }
}
