/** What placeholders of a text stand for: facts and sentences of one incident. Pure. */
import type { IncidentView } from '@tuesday/protocol';
import { dayAndTime, figure } from '@tuesday/rollout';
import { devicesWords, healedOf } from './words.ts';

export type Facts = Pick<
  IncidentView,
  | 'title'
  | 'state'
  | 'openedAt'
  | 'closedAt'
  | 'summary'
  | 'harmed'
  | 'recovery'
  | 'tickets'
  | 'cost'
  | 'release'
  | 'rollout'
> & { readonly now: number };

/** Name in braces → what it becomes. Those that say a sentence may say nothing. */
export const PLACEHOLDERS = {
  title: 'the title of the incident',
  release: 'the release that it is about, or “the release”',
  update: '“our update 3.2.5”, or “a fault” where no release is known',
  since: 'when it began',
  at: 'when it ended, or now',
  headline: 'Investigating, Monitoring or Resolved',
  what: 'what happens, in a sentence',
  standing: 'how it stands, in a sentence for customers',
  advice: 'what customers do, in a sentence',
  visits: 'that some will be visited, where some must be',
  harmed: 'how many devices went wrong',
  healed: 'how many of them are well again',
  unwell: 'how many of them are not',
  technician: 'how many only a technician reaches',
  'harmed-words': 'who is harmed, in a sentence',
  'healed-words': 'who is well again, in a sentence',
  next: 'what comes next, in a sentence',
  tickets: 'how many tickets belong to it',
  'codes-words': 'which error codes customers may name',
  cost: 'what it has cost so far',
  'cost-if-nothing': 'what it will cost when nobody does anything',
  'whole-fleet': 'what it would have cost had nothing stopped it, as a sentence',
  prices: 'where the price list comes from, as a sentence',
  'public-what': 'what happens, as a status page says it',
  'public-stop': 'that nobody gets the update any more, where that is so',
  'public-counts': 'how many went wrong and are well again, as a status page says it',
} as const;
export type Placeholder = keyof typeof PLACEHOLDERS;
export type Values = Readonly<Record<Placeholder, string>>;

/** They change with the clock and with the words of others; nobody's text is old because of them. */
export const UNTOLD: ReadonlySet<string> = new Set<Placeholder>(['at', 'next']);

/** @param zone of the fleet's calendar */
export function valuesOf(facts: Facts, zone: string): Values {
  const { release, openedAt, closedAt, now, summary, harmed, recovery, tickets, cost } = facts;
  return {
    title: facts.title,
    release: release ?? 'the release',
    update: release === null ? 'a fault' : `our update ${release}`,
    since: dayAndTime(openedAt, zone),
    at: dayAndTime(closedAt ?? now, zone),
    headline: isOver(facts) ? 'Resolved' : facts.state === 'mitigated' ? 'Monitoring' : 'Investigating',
    what: summary.what,
    standing: standing(facts),
    advice:
      harmed.devices > 0 && unwellOf(facts) === 0
        ? 'All devices that went wrong are well again. You need not do anything.'
        : 'You need not do anything; please leave your device connected to power.',
    visits:
      recovery.technician > 0
        ? 'A few devices cannot be reached any more. If yours is one of them, we will call you to agree on a visit that costs you nothing.'
        : '',
    harmed: figure(harmed.devices),
    healed: figure(healedOf(facts)),
    unwell: figure(unwellOf(facts)),
    technician: figure(recovery.technician),
    'harmed-words': summary.harmed,
    'healed-words': summary.healed,
    next: summary.next,
    tickets: figure(tickets.count),
    'codes-words': codesWords(facts),
    cost: money(cost.soFar),
    'cost-if-nothing': money(cost.ifNothing),
    'whole-fleet': cost.wholeFleet
      ? `Had nothing stopped it, the whole fleet: ${money(cost.wholeFleet)}.`
      : '',
    prices: cost.prices,
    'public-what':
      release === null
        ? 'Some devices do not work as they should.'
        : `Update ${release} makes some devices not work as they should.`,
    'public-stop': !isOver(facts) && isStopped(facts) ? 'No further device gets the update.' : '',
    'public-counts': publicCounts(facts),
  };
}

const isOver = ({ state }: Facts) => state === 'closed';
/** Nobody gets the release any more. */
const isStopped = ({ rollout }: Facts) => rollout !== null && STOPPED.has(rollout.phase);
const STOPPED: ReadonlySet<string> = new Set(['halted', 'recalling', 'recalled']);
const unwellOf = ({ recovery }: Facts) => recovery.waiting + recovery.technician;
const money = ({ total, currency }: { total: number; currency: string }) => `${figure(total)} ${currency}`;

function standing(facts: Facts): string {
  if (isOver(facts)) return 'This is over now.';
  return isStopped(facts)
    ? 'We have stopped it: no further device gets it.'
    : 'We are looking for the cause, and will tell you as soon as we know more.';
}

function codesWords({ tickets: { codes } }: Facts): string {
  const [first] = codes;
  if (first === undefined) return 'No error code is known to belong to it.';
  const all = codes.map(({ code, tickets: count }) => `${code} (${figure(count)} tickets)`);
  return `Customers may name: ${all.join(', ')}. What each means: /support/${first.code}`;
}

function publicCounts(facts: Facts): string {
  const { harmed } = facts;
  if (isOver(facts)) return 'This is over.';
  if (harmed.devices === 0) return 'How many devices it concerns is not known yet.';
  const [unwell, healed] = [unwellOf(facts), healedOf(facts)];
  const is = (count: number) => (count === 1 ? 'is' : 'are');
  const open = unwell === 0 ? '' : `, ${figure(unwell)} ${is(unwell)} not yet`;
  return `${devicesWords(harmed.devices)} went wrong, ${figure(healed)} ${is(healed)} well again${open}.`;
}
