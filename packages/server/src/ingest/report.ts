/** What devices said, as the ingest transaction takes it, and what it makes of it. */
import type { CheckIn, Instant, Offer, Outcome, Refusal } from '@tuesday/protocol';
import type { StoredState } from '../db/schema.ts';

export interface CheckInReport {
  readonly kind: 'check-in';
  readonly device: string;
  readonly at: Instant;
  readonly body: CheckIn;
  /** The same as text, for the database. */
  readonly text: string;
  /** SHA-256 of the bytes that the device sent. */
  readonly hash: Buffer;
}

export interface OutcomeReport {
  readonly kind: 'outcome';
  readonly device: string;
  readonly at: Instant;
  readonly body: Outcome;
  readonly text: string;
}

export type Report = CheckInReport | OutcomeReport;

export type ReportAnswer =
  | {
      readonly kind: 'offer';
      readonly offer: Offer;
      readonly pollAfterSeconds: number;
      /** When the device's turn in an opened stage comes; null: nothing changes by time alone. */
      readonly turnAt: Instant | null;
      /** Target paths of recovery releases that its neighbours wait for. */
      readonly carry: readonly string[];
    }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly refused: Refusal };

/** A member row, and what this transaction has made of it so far. */
export interface Member {
  readonly device: string;
  readonly rollout: string;
  readonly stage: number;
  readonly environment: Readonly<Record<string, string>>;
  state: StoredState;
  stateAt: Instant;
  because: string;
  exposed: boolean;
  recalled: boolean;
  /** What was wrong before it ran the release, as `failingWords` says it. */
  standing: readonly string[];
  /** Second tries that an operator allowed so far. */
  readonly retries: number;
  /** The last of them has not come to an end. */
  retrying: boolean;
}
