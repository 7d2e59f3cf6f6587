/** A way by which signed metadata and artifacts reach a device that is cut off. The server is one; neighbours are others. */
import type { ByteRoad, OrRefused } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';
import type { Recoveries } from '../trust/recoveries.ts';

export interface Wanted {
  /** TUF target path. */
  readonly target: string;
  readonly signed: SignedTarget;
  /** Where the bytes go; beside it, `.part.json` says what they are part of. */
  readonly file: string;
  readonly onPercent: (percent: number) => void;
}

export interface Fetched {
  readonly file: string;
  /** Id of whoever gave the last of it, as it calls itself. */
  readonly neighbour?: string | undefined;
}

export interface Road {
  readonly name: string;
  /** As it is told to the server. */
  readonly by: ByteRoad;
  /**
   * Brings metadata and verifies it.
   *
   * @returns refused with what stood in the way; a road with several neighbours has asked all of them
   * @throws the signal's reason when it is aborted
   */
  recoveries(signal: AbortSignal): Promise<OrRefused<Recoveries>>;
  /**
   * Brings the bytes of a verified target, checked against its signed length and digest.
   *
   * @throws the signal's reason when it is aborted
   */
  fetch(wanted: Wanted, signal: AbortSignal): Promise<OrRefused<Fetched>>;
  stop(): Promise<void>;
}
