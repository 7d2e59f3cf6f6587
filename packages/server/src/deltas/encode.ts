/** Makes a delta in a thread of its own: requests do not wait for it, and it can be broken off. */
import { Worker } from 'node:worker_threads';

export interface EncodeJob {
  /** Files. */
  readonly from: string;
  readonly to: string;
  /** Does not exist yet; whoever asked removes it. */
  readonly into: string;
}

export interface Encoded {
  /** It decodes to the new artifact. */
  readonly same: boolean;
  /** Of the delta. */
  readonly sha256: string;
  readonly size: number;
  readonly newSize: number;
  /** The first bytes of the new artifact. */
  readonly start: Uint8Array;
}

const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/**
 * @throws the signal's reason when it is aborted
 * @throws Error when a file cannot be read or written, or memory does not last
 */
export async function encodeDelta(job: EncodeJob, signal: AbortSignal): Promise<Encoded> {
  signal.throwIfAborted();
  const thread = new URL('./encode-thread.ts', import.meta.url);
  const worker = new Worker(thread, { workerData: job, resourceLimits: HEAP });
  const ended = Promise.withResolvers<Encoded>();
  const abort = () => ended.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  worker.on('message', ended.resolve);
  worker.on('error', ended.reject);
  worker.on('exit', () => ended.reject(new Error('the encoder ended before it was done')));
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
