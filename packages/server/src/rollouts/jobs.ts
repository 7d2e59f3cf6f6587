/** What the control plane does again and again: judge, deliver, keep metadata fresh, sign the audit log. */
import { wallClock } from '@tuesday/protocol';
import { checkpointJob } from '../audit/checkpoint-job.ts';
import { settleCodes } from '../codes/settle-codes.ts';
import type { Context } from '../context.ts';
import { deltaJob } from '../deltas/make.ts';
import { settleConsent } from '../approvals/settle-consent.ts';
import { forgetEvents } from '../fleet/forget-events.ts';
import { keepFleetHistory } from '../fleet/history.ts';
import { keepHistory } from '../inventory/history.ts';
import { tellNewValues } from '../inventory/tell-new.ts';
import { deliverOnce } from '../outbox/deliver.ts';
import { renewUntested } from '../parity/untested.ts';
import { refreshTrust } from '../trust/refresh.ts';
import { Postman } from '../notices/deliver.ts';
import { escalateHalts } from '../watch/escalate.ts';
import { wantWatch } from '../watch/want.ts';
import { tickAll } from './tick.ts';
import { settleHalts } from './write-halt.ts';

export interface Jobs {
  /** Resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Real milliseconds. */
const TICK = 500;
const REFRESH = 2_000;
const REMIND = 5_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Six times an hour of the fleet's clock, and never without a pause. */
function historyEvery({ clock }: Pick<Context, 'clock'>): number {
  return Math.max(REFRESH, HOUR / 6 / clock.rate);
}

export function runJobs(context: Context): Jobs {
  const stopping = new AbortController();
  const wall = wallClock();
  const every = async (real: number, what: string, work: () => Promise<unknown>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch((err: unknown) => context.log.error({ err }, `${what} failed; tried again`));
      await wall.sleep(real, stopping.signal).catch(() => undefined);
    }
  };
  const postman = new Postman(context);
  const hearingSince = context.clock.now();
  const loops = [
    every(TICK, 'judging', () => tickAll(context)),
    every(TICK, 'the outbox', () =>
      deliverOnce(context, (effect) => context.announce(effect.checkInWithinSeconds * 1_000)),
    ),
    every(TICK, 'bringing halts to the database', () => settleHalts(context)),
    every(TICK, 'requests and glasses', () => settleConsent(context)),
    every(TICK, 'the notices', () => postman.round()),
    every(REFRESH, 'escalating', () => escalateHalts(context)),
    every(REFRESH, 'settling undocumented codes', () => settleCodes(context)),
    every(REMIND, 'asking for the watch', () => wantWatch(context)),
    every(REFRESH, 'refreshing metadata', () => refreshTrust(context)),
    every(REFRESH, 'signing the audit log', checkpointJob(context)),
    every(MINUTE, 'the inventory', async () => {
      await keepHistory(context);
      await tellNewValues(context);
    }),
    every(historyEvery(context), 'the history of the fleet', () => keepFleetHistory(context, hearingSince)),
    every(HOUR, 'forgetting old events of devices', () => forgetEvents(context)),
    every(MINUTE, 'who is held for want of tests', () =>
      context.db.transaction().execute((trx) => renewUntested(trx, context.clock.now())),
    ),
    every(REMIND, 'making deltas', deltaJob(context, stopping.signal)),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await postman.stop();
    },
  };
}
