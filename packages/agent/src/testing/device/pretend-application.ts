/** Firmware in virtual time: what it does is decided by the bytes that its slot really holds. */
import { createHash } from 'node:crypto';
import type { Clock, Environment, ErrorCode, SlotName } from '@tuesday/protocol';
import type { ApplicationPort } from '../../health/application.ts';
import type { Disk } from '../../storage/disk.ts';
import type { Machine } from './home.ts';
import type { PretendBehaviour, PretendRelease } from '../pretend-release.ts';

export interface PretendApplicationOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly place: (slot: SlotName) => string;
  readonly keeps: Machine['keeps'];
  readonly releases: () => Iterable<PretendRelease>;
  readonly environment: Environment;
  readonly onStarted: (slot: SlotName) => void;
  readonly onExit: (slot: SlotName, exitCode: number, errorCode: ErrorCode | undefined) => void;
  /** A slot was started that does not hold one whole release. */
  readonly onGarbage: (slot: SlotName) => void;
}

export class PretendApplication implements ApplicationPort {
  readonly broker = undefined;
  readonly metrics = undefined;
  readonly mqttDownMillis = 0;
  readonly #options: PretendApplicationOptions;
  #run: AbortController | undefined;
  #behaviour: PretendBehaviour = {};
  #startedAt = 0;
  /** Version of the bytes that were started last. */
  version: string | undefined;
  /** Starts so far. */
  starts = 0;

  constructor(options: PretendApplicationOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  get error(): ErrorCode | undefined {
    const { unhealthyAfterMillis = Infinity, errorCode } = this.#behaviour;
    const late = this.#options.clock.now() - this.#startedAt >= unhealthyAfterMillis;
    return this.running && late ? errorCode : undefined;
  }

  start(slot: SlotName): void {
    this.stop();
    this.starts += 1;
    this.#run = new AbortController();
    void this.#play(slot, this.#run);
  }

  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
  }

  async #play(slot: SlotName, run: AbortController): Promise<void> {
    const { disk, place, keeps, releases, environment, clock, onStarted, onExit, onGarbage } = this.#options;
    const release = releaseOf(await disk.read(place(slot)), releases(), keeps);
    if (run.signal.aborted) return;
    this.version = release?.signed.custom.version ?? 'garbage';
    if (release === undefined) onGarbage(slot);
    this.#behaviour = release?.behaves(environment) ?? { startFails: true };
    const { startFails, exitsAfterMillis, exitCode = 1, errorCode } = this.#behaviour;
    if (startFails !== true) {
      this.#startedAt = clock.now();
      onStarted(slot);
      if (exitsAfterMillis === undefined) return;
      await clock.sleep(exitsAfterMillis, run.signal).catch(() => undefined);
    }
    if (this.#run !== run) return;
    this.#run = undefined;
    onExit(slot, exitCode, errorCode);
  }
}

/** The release that bytes are, whole and undamaged. */
export function releaseOf(
  bytes: Buffer | undefined,
  releases: Iterable<PretendRelease>,
  keeps: Machine['keeps'],
): PretendRelease | undefined {
  if (bytes === undefined) return undefined;
  for (const release of releases) {
    const { length, sha256 } = release.signed;
    const firmware = keeps === 'files' ? bytes : bytes.subarray(0, length);
    if (createHash('sha256').update(firmware).digest('hex') === sha256) return release;
  }
  return undefined;
}
