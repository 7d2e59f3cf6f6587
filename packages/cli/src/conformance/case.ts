/** What a conformance case is, and how it ends. */
import type { Bench } from './bench.ts';

/** not-shown: the client has nothing that this case could look at, for instance no MQTT. */
export type Verdict = 'pass' | 'fail' | 'not-shown';

export interface Finding {
  readonly verdict: Verdict;
  /** One sentence with the fact that decided. */
  readonly because: string;
}

export interface Case {
  /** What `--only` names. */
  readonly name: string;
  /** What a client does, as a sentence that can be false. */
  readonly sentence: string;
  /** Heading of `docs/clients.md` that says how. */
  readonly read: string;
  /** The enrolment answer names a broker. */
  readonly mqtt?: boolean;
  /**
   * Starts the client, shows it something and watches.
   *
   * @returns the fact that it was right
   * @throws Fails or NotShown
   */
  readonly run: (bench: Bench) => Promise<string>;
}

/** Ends a case: the client did what it must not, or not what it must. */
export class Fails extends Error {}

/** Ends a case: there was nothing to see. */
export class NotShown extends Error {}
