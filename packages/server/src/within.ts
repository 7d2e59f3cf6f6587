/** Waits for something, but not for longer than a person does. */
import { wallClock } from '@tuesday/protocol';

/**
 * The work goes on all the same, and what it throws is not heard here.
 *
 * @param millis real milliseconds
 * @returns undefined when it took longer or failed
 */
export async function within<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
  const patience = new AbortController();
  const late = wallClock()
    .sleep(millis, patience.signal)
    .then(
      () => undefined,
      () => undefined,
    );
  const done = work.catch(() => undefined);
  try {
    return await Promise.race([done, late]);
  } finally {
    patience.abort();
  }
}
