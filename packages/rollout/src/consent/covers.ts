/** What the digest of a request covers. A part that is left out here could be changed after people consented. */
import type { Plan, Policy, Rehearsal, ReleaseManifest } from '@tuesday/protocol';

/** A release as it was consented to: its declaration by digest, its bytes one by one. */
export interface CoveredRelease {
  readonly version: string;
  /** SHA-256 of the canonical JSON of the whole manifest. */
  readonly manifest: string;
  readonly artifacts: ReleaseManifest['artifacts'];
}

export interface RolloutCovers {
  readonly rollout: string;
  readonly release: CoveredRelease;
  readonly wayBack: CoveredRelease;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly rehearsal: Rehearsal | null;
}

/** Sending a completed rollout back; `seq` counts its events, so that nothing has happened to it since. */
export interface RecallCovers {
  readonly rollout: string;
  readonly seq: number;
  readonly release: CoveredRelease;
  readonly wayBack: CoveredRelease;
  readonly policy: Policy;
}

export interface UnholdCovers {
  readonly device: string;
  /** Why it is held. */
  readonly held: string;
  readonly policy: Policy;
}

export interface PolicyCovers {
  readonly before: Policy;
  readonly after: Policy;
  /** In which ways the new one is looser. */
  readonly reasons: readonly string[];
}

export type Covers =
  | ({ readonly subject: 'rollout' } & RolloutCovers)
  | ({ readonly subject: 'recall' } & RecallCovers)
  | ({ readonly subject: 'unhold' } & UnholdCovers)
  | ({ readonly subject: 'policy' } & PolicyCovers);
