/**
 * Gives memory back after work. The engine collects when it needs room, and an agent with nothing to do needs none:
 * what a start or an update left behind would stay until the next one, some 40 MB.
 */
import type { Clock } from '@tuesday/protocol';

/** Between two looks, milliseconds. */
const EVERY = 60_000;
/** Growth of resident memory that is worth a collection, which takes some 30 ms of the processor: bytes. */
const WORTH_IT = 3_000_000;

export interface TidyOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Bytes that are resident now. */
  readonly resident?: () => number;
  /** Absent where the engine does not let itself be asked (`--expose-gc`): nothing is done then. */
  readonly collect?: (() => void) | undefined;
}

const askEngine = (): (() => void) | undefined => {
  const { gc } = globalThis;
  return gc && (() => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
};

/** Resolves when it was told to stop. */
export async function tidyMemory(options: TidyOptions): Promise<void> {
  const { clock, signal, resident = () => process.memoryUsage.rss(), collect = askEngine() } = options;
  if (collect === undefined) return;
  let settled = 0;
  while (!signal.aborted) {
    await clock.sleep(EVERY, signal).catch(() => undefined);
    if (signal.aborted || resident() - settled < WORTH_IT) continue;
    collect();
    settled = resident();
  }
}
