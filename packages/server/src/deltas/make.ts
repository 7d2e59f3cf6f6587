/** The job that makes deltas, one at a time, and keeps those that are worth it. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefused, wallClock } from '@tuesday/protocol';
import { ArtifactStore } from '../artifacts/store.ts';
import type { Context } from '../context.ts';
import { packedWith } from './compressed.ts';
import { type Encoded, encodeDelta } from './encode.ts';
import { giveBack, renewLease, type Settled, settleDelta, takeDelta, type WantedDelta } from './lease.ts';
import { planDeltas } from './plan.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'fleet' | 'log'>;

/** A delta is kept when it is at most this share of the full artifact. */
export const WORTH = 0.7;
/** Encoding takes several times the size in memory; larger artifacts get no delta, bytes. */
const LARGEST = 536_870_912;
const ATTEMPTS = 3;
/** Real milliseconds. */
const RENEW = 30_000;

/** However many fleets there are, a server makes one delta at a time. */
let turn: Promise<unknown> = Promise.resolve();

/** @returns one round of the job: plans, and makes what is wanted, until it is stopped */
export function deltaJob(context: Parts, signal: AbortSignal): () => Promise<void> {
  const store = new ArtifactStore(context.config.dataFolder);
  const scratch = join(context.config.dataFolder, 'artifacts', 'incoming', `deltas-${context.fleet}`);
  // What a killed server left half-made.
  let clean: Promise<void> | undefined;
  return async () => {
    clean ??= rm(scratch, { recursive: true, force: true });
    await clean;
    await planDeltas(context);
    for (let more = true; more && !signal.aborted;) {
      const mine = turn.then(() => makeOne(context, store, scratch, signal));
      turn = mine.catch(() => undefined);
      more = await mine;
    }
  };
}

/** @returns whether there was anything to do */
export async function makeOne(
  context: Parts,
  store: ArtifactStore,
  scratch: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  const wanted = await takeDelta(context);
  if (!wanted) return false;
  if (!(await store.holds(wanted.from_sha256)) || !(await store.holds(wanted.to_sha256))) {
    await giveBack(context.db, wanted, true);
    return true;
  }
  const into = join(scratch, randomUUID());
  const lost = new AbortController();
  const renewing = renew(context, wanted, lost);
  try {
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const settled = await make(store, wanted, into, AbortSignal.any([signal, lost.signal]));
    await settleDelta(context, wanted, settled);
  } catch (error) {
    if (signal.aborted) await giveBack(context.db, wanted, false);
    else if (!lost.signal.aborted) await fail(context, wanted, error as Error);
  } finally {
    lost.abort();
    await renewing;
    await rm(into, { force: true });
  }
  return true;
}

async function make(
  store: ArtifactStore,
  { from_sha256: from, to_sha256: to }: WantedDelta,
  into: string,
  signal: AbortSignal,
): Promise<Settled> {
  const largest = Math.max(await store.size(from), await store.size(to));
  if (largest > LARGEST)
    return { state: 'none', size: null, because: `artifacts over ${LARGEST} bytes get no delta` };
  const encoded = await encodeDelta({ from: store.path(from), to: store.path(to), into }, signal);
  const unfit = judge(encoded);
  if (unfit !== undefined) return { state: 'none', size: encoded.size, because: unfit };
  const taken = await store.take(createReadStream(into), encoded);
  if (isRefused(taken)) throw new Error(taken.refused.because);
  return { state: 'made', sha256: encoded.sha256, size: encoded.size, because: '' };
}

/** @returns why the delta is not kept */
function judge({ same, size, newSize, start }: Encoded): string | undefined {
  if (!same) return 'what was encoded does not decode to the same bytes';
  if (size <= newSize * WORTH) return undefined;
  const packed = packedWith(Buffer.from(start));
  const share = `it would have ${Math.round((100 * size) / newSize)} % of the full artifact, more than ${WORTH * 100} % are not worth it`;
  return packed === undefined
    ? share
    : `${share}; the artifact is packed with ${packed} as a whole, so a small change moves all bytes`;
}

async function fail(context: Parts, wanted: WantedDelta, error: Error): Promise<void> {
  const { from_version: from, to_version: to, attempts } = wanted;
  context.log.warn({ err: error, from, to, attempts }, 'a delta could not be made');
  if (attempts < ATTEMPTS) return;
  const because = `it could not be made in ${ATTEMPTS} attempts: ${error.message}`;
  await settleDelta(context, wanted, { state: 'none', size: null, because });
}

/** Until it is ended; ends the work when the lease was lost. */
async function renew({ db }: Parts, wanted: WantedDelta, lost: AbortController): Promise<void> {
  const wall = wallClock();
  while (!lost.signal.aborted) {
    await wall.sleep(RENEW, lost.signal).catch(() => undefined);
    if (lost.signal.aborted) return;
    const held = await renewLease(db, wanted).catch(() => true);
    if (!held) lost.abort(new Error('another server makes this delta now'));
  }
}
