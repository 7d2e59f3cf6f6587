/** What the control plane does again and again: judge, deliver, keep metadata fresh, sign the audit log. */
import { wallClock } from '@tuesday/protocol';
import { checkpointJob } from '../audit/checkpoint-job.ts';
import type { Context } from '../context.ts';
import { deliverOnce } from '../outbox/deliver.ts';
import { refreshTrust } from '../trust/refresh.ts';
import { tickAll } from './tick.ts';

export interface Jobs {
  /** Resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Real milliseconds. */
const TICK = 500;
const REFRESH = 2_000;

export function runJobs(context: Context): Jobs {
  const stopping = new AbortController();
  const wall = wallClock();
  const every = async (real: number, what: string, work: () => Promise<unknown>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch((err: unknown) => context.log.error({ err }, `${what} failed; tried again`));
      await wall.sleep(real, stopping.signal).catch(() => undefined);
    }
  };
  const loops = [
    every(TICK, 'judging', () => tickAll(context)),
    every(TICK, 'the outbox', () =>
      deliverOnce(context, (effect) => context.announce(effect.checkInWithinSeconds * 1_000)),
    ),
    every(REFRESH, 'refreshing metadata', () => refreshTrust(context)),
    every(REFRESH, 'signing the audit log', checkpointJob(context)),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
