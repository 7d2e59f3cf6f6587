/** A time limit for what waits for somebody else. */
import type { Clock } from '@tuesday/protocol';

/** Real milliseconds that one message may take. Shorter than its lease. */
export const SEND_MILLIS = 10_000;

/** @param work ends when its signal does */
export async function limited<T>(
  wall: Clock,
  millis: number,
  work: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  void wall.sleep(millis, done.signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    return await work(stop ? AbortSignal.any([over.signal, stop]) : over.signal);
  } finally {
    done.abort();
  }
}
