/** A what-if as the simulator plays it: the fault, the plan and the hours at which its stages open. */
import { type Instant, type Plan, planSchema, toMillis } from '@tuesday/protocol';
import { between, type Random } from '../../world/random.ts';
import type { Fault, Harm } from '../faults.ts';
import { type Openings, openingsOf } from '../run.ts';
import type { WhatIf } from './what-if.ts';
import { whatIfWords } from './words.ts';

const HOUR = 3_600_000;

export function faultOf(whatIf: WhatIf): Fault {
  const { name, slice, harm, share, down, away } = whatIf;
  return {
    name,
    what: whatIfWords(whatIf),
    culprit: harm === 'none' ? null : slice,
    strike: (environment, random) => {
      if (harm === 'none') return undefined;
      if (slice !== null && environment[slice.attribute] !== slice.value) return undefined;
      return random() < share ? harmOf(whatIf, random) : undefined;
    },
    ...(down === null ? {} : { serverAway: { from: down.at, to: down.at + down.hours } }),
    ...(away === null ? {} : { awayShare: away }),
  };
}

function harmOf({ harm, after, heals }: WhatIf, random: Random): Harm {
  if (harm === 'install-fails') return { kind: 'install-fails' };
  const afterHours = between(random, after.from, after.to);
  // A device that goes back by itself reports it, and is not lost.
  const reports = harm === 'code' || random() < heals;
  return { kind: reports ? 'reports' : 'dies', afterHours };
}

/** Everybody at once, over two hours, and watched for three days. */
const AT_ONCE = { stages: [{ share: 1, pace: '2h', soak: '72h' }], holdOut: 0 };

export function planOf(plan: Plan, { stages }: WhatIf): Plan {
  return stages === 'plan' ? plan : planSchema.parse({ ...plan, ...AT_ONCE });
}

/**
 * @param calendar when the policy lets each stage of the plan open, ended by the first that never does; a plan that
 *   is played otherwise opens one stage as soon as the one before allows it
 */
export function openingsUnder(plan: Plan, whatIf: WhatIf, calendar: readonly Instant[]): Openings {
  const quickest = openingsOf(plan);
  const isByCalendar = whatIf.start === 'calendar' && whatIf.stages === 'plan' && calendar.length > 0;
  const wanted = isByCalendar
    ? plan.stages.map((_, stage) => ((calendar[stage] ?? Infinity) - (calendar[0] ?? 0)) / HOUR)
    : quickest.opens;
  const opens: number[] = [];
  let ready = 0;
  wanted.forEach((hour, stage) => {
    const at = afterOutage(Math.max(hour, ready), whatIf);
    opens.push(at);
    ready = at + lastsHours(plan, stage);
  });
  const last = opens.findLastIndex((hour) => hour < Infinity);
  return { opens, ends: (opens[last] ?? 0) + lastsHours(plan, Math.max(0, last)) };
}

/** A server that is away opens nothing. */
function afterOutage(hour: number, { down }: WhatIf): number {
  return down !== null && hour >= down.at && hour < down.at + down.hours ? down.at + down.hours : hour;
}

function lastsHours({ stages }: Plan, stage: number): number {
  const { pace, soak } = stages[stage] as Plan['stages'][number];
  return (toMillis(pace) + toMillis(soak)) / HOUR;
}
