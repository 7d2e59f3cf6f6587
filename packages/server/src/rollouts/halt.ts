/**
 * Stops for good: no further offer of this rollout. Stops first and remembers later: memory, then a file, then
 * the database for as long as a person waits, so that neither a slow database nor a full pool holds a halt up.
 */
import { type HaltAnswer, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import type { Context } from '../context.ts';
import { within } from '../within.ts';
import { writeHalt } from './write-halt.ts';

type Parts = Pick<Context, 'clock' | 'urgent' | 'stops' | 'log'>;

/**
 * @param patience real milliseconds that the database gets to answer while the person waits
 * @returns `durable: false` when the database has not answered in time; a rollout that it says cannot be halted is
 *   refused
 */
export async function haltRollout(
  { clock, urgent, stops, log }: Parts,
  actor: Actor,
  rollout: string,
  because: string,
  patience = stops.patience,
): Promise<OrRefused<HaltAnswer>> {
  const halt = { rollout, at: clock.now(), actor, because: `Halted by ${actor.label}: ${because}` };
  const kept = stops.stop(halt).then(
    () => true,
    (err: unknown) => {
      log.error({ err, rollout }, 'the file of halts cannot be written');
      return false;
    },
  );
  const written = await within(patience, writeHalt({ urgent, stops }, halt));
  if (written !== undefined)
    return isRefused(written) ? written : { rollout, halted: true, durable: true, because: written.because };
  const only = (await kept) ? '' : ' Only the memory of this server holds it: its disk does not take it.';
  return { rollout, halted: true, durable: false, because: `${halt.because}${only}` };
}
