/** Who acts, as the audit log names them. */
import type { FactorKind } from '@tuesday/protocol';

export interface Actor {
  /** What people read: the sign-in name, the label of a token, or `judge`. */
  readonly label: string;
  /** Sign-in name of the person behind it; null for tokens of nobody and for the engine. */
  readonly person: string | null;
  /** Network address, or `engine`. */
  readonly origin: string;
  /** The second factor that this act was proved with. */
  readonly factor: FactorKind | null;
}

/** What the judge decided. */
export const JUDGE: Actor = { label: 'judge', person: null, origin: 'engine', factor: null };

/** What the server does by itself without judging anything: the first run, and signing metadata anew. */
export const ENGINE: Actor = { label: 'engine', person: null, origin: 'engine', factor: null };

/** The same person, with a second factor for this act. */
export function provedBy(actor: Actor, factor: FactorKind): Actor {
  return { ...actor, factor };
}
