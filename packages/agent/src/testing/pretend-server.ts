import type { CheckIn, CheckInAnswer, Offer, OfferUpdate, Outcome } from '@tuesday/protocol';
import type { PretendRelease } from './pretend-release.ts';

/** What a device said, and what was really so when it said it. */
export interface Heard<T> {
  readonly said: T;
  readonly running: string;
}

/** A server with one offer for one device, kept until the device has told how that ended. */
export class PretendServer {
  readonly releases = new Map<string, PretendRelease>();
  readonly reports: Heard<CheckIn>[] = [];
  readonly outcomes: Heard<Outcome>[] = [];
  offer: OfferUpdate | null = null;
  pollAfterSeconds = 900;
  /** Nothing gets through. */
  unreachable = false;
  /** Metadata is served, artifacts are not. */
  artifactsMissing = false;
  /** A neighbour has what is signed here, also while nothing gets through. */
  relayed = false;
  /** So many more requests are carried out, but their answers are lost. */
  answersLost = 0;

  constructor(...releases: readonly PretendRelease[]) {
    for (const release of releases) this.releases.set(release.target, release);
  }

  offers(
    kind: 'update' | 'recall',
    release: PretendRelease,
    probationSeconds = 3_600,
    rollout = 'r-1',
  ): void {
    const { version } = release.signed.custom;
    const offer = `${rollout}.${kind === 'update' ? 'u1' : 'r1'}`;
    this.offer = { kind, offer, rollout, version, target: release.target, probationSeconds };
  }

  /** @returns undefined when the answer does not arrive */
  checkIn(body: CheckIn, running: string): CheckInAnswer | undefined {
    if (this.unreachable) return undefined;
    this.reports.push({ said: body, running });
    return this.#lost() ? undefined : this.#answer();
  }

  /** @returns whether the device hears that it was accepted */
  tell(outcome: Outcome, running: string): boolean {
    if (this.unreachable) return false;
    this.outcomes.push({ said: outcome, running });
    if (outcome.kind !== 'installed' && outcome.offer === this.offer?.offer) this.offer = null;
    return !this.#lost();
  }

  #answer(): CheckInAnswer {
    const none: Offer = { kind: 'none', because: 'No rollout is under way for this device.' };
    return { protocol: 1, pollAfterSeconds: this.pollAfterSeconds, offer: this.offer ?? none };
  }

  #lost(): boolean {
    if (this.answersLost === 0) return false;
    this.answersLost -= 1;
    return true;
  }
}
