/** Prices, roster and calendar that what-ifs are played against: the fleet's own, or none where nobody answers. */
import type { Instant, Plan, Prices, Shift } from '@tuesday/protocol';
import type { Running } from '../command.ts';
import type { RehearseFlags } from '../commands/rehearse.ts';
import { say } from '../output.ts';
import { findComposition, isAbsent } from './composition.ts';

interface Surroundings {
  prices: Prices;
  shifts: readonly Shift[];
  calendar: readonly Instant[];
  zone: string;
}

export async function worldOf(
  run: Running<RehearseFlags>,
  plan: Plan,
  { runs, seed, at }: { runs: number; seed: number; at: Instant },
) {
  const { nextFridayEvening } = await import('@tuesday/simulator/rehearsal');
  const composition = await findComposition(run);
  const { zone, ...around } = await surroundings(run, plan, at);
  return { plan, composition, ...around, now: at, friday: nextFridayEvening(at, zone), runs, seed };
}

async function surroundings(run: Running<RehearseFlags>, plan: Plan, at: Instant): Promise<Surroundings> {
  const { openingsIn } = await import('@tuesday/simulator/rehearsal');
  try {
    const client = run.client();
    const [{ prices }, { shifts }, planned] = await Promise.all([
      client.call('viewPrices'),
      client.call('viewRoster'),
      client.call('planCalendar', { body: { plan, start: at } }),
    ]);
    const calendar = openingsIn(planned);
    if (calendar.length === 0)
      say('the calendar never lets the first stage open; it is played as if it opened now');
    return { prices, shifts, calendar, zone: planned.zone };
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    const { EXAMPLE_PRICES } = await import('@tuesday/simulator/rehearsal');
    say(
      'no control plane answers: prices are those of the incident, nobody is on watch, stages follow at once',
    );
    return { prices: EXAMPLE_PRICES, shifts: [], calendar: [], zone: 'UTC' };
  }
}
