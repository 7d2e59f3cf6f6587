/** Texts to send, filled with what is known. Whoever sends one edits it: the product does not know the customers. */
import type { IncidentTexts, IncidentView } from '@tuesday/protocol';
import { dayAndTime, figure } from '@tuesday/rollout';
import { devicesWords, healedOf } from './words.ts';

type Facts = Pick<
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

/** @param zone of the fleet's calendar */
export function textsOf(facts: Facts, zone: string): IncidentTexts {
  return {
    customers: customers(facts, zone),
    support: support(facts),
    management: management(facts, zone),
    status: status(facts, zone),
  };
}

const isOver = ({ state }: Facts) => state === 'closed';
/** Nobody gets the release any more. */
const isStopped = ({ rollout }: Facts) => rollout !== null && STOPPED.has(rollout.phase);
const STOPPED: ReadonlySet<string> = new Set(['halted', 'recalling', 'recalled']);
const unwellOf = ({ recovery }: Facts) => recovery.waiting + recovery.technician;

function customers(facts: Facts, zone: string): string {
  const { release, openedAt, recovery } = facts;
  const update = release === null ? 'a fault' : `our update ${release}`;
  const since = `Since ${dayAndTime(openedAt, zone)} some devices have not worked as they should because of ${update}.`;
  const paragraphs = [
    'Hello,',
    `${since} ${howItStands(facts)}`,
    facts.harmed.devices > 0 && unwellOf(facts) === 0
      ? 'All devices that went wrong are well again. You need not do anything.'
      : 'You need not do anything; please leave your device connected to power.',
    ...(recovery.technician > 0
      ? [
          'A few devices cannot be reached any more. If yours is one of them, we will call you to agree on a visit that costs you nothing.',
        ]
      : []),
    'We are sorry for the trouble.',
  ];
  return paragraphs.join('\n\n');
}

function howItStands(facts: Facts): string {
  if (isOver(facts)) return 'This is over now.';
  return isStopped(facts)
    ? 'We have stopped it: no further device gets it.'
    : 'We are looking for the cause, and will tell you as soon as we know more.';
}

function support(facts: Facts): string {
  const { summary, tickets, title } = facts;
  const codes = tickets.codes.map(({ code, tickets: count }) => `${code} (${figure(count)} tickets)`);
  return [
    title,
    `${summary.what} ${summary.harmed} ${summary.healed}`,
    codes.length === 0
      ? 'No error code is known to belong to it.'
      : `Customers may name: ${codes.join(', ')}. What each means: /support/${tickets.codes[0]?.code ?? ''}`,
    'Ask for the serial number and write it into the ticket: a ticket that names a device counts as trouble of that device. Do not tell customers to reset or unplug it.',
    `Tickets so far: ${figure(tickets.count)}.`,
  ].join('\n\n');
}

function management(facts: Facts, zone: string): string {
  const { title, openedAt, summary, cost } = facts;
  const { soFar, ifNothing, wholeFleet } = cost;
  const money = ({ total, currency }: { total: number; currency: string }) => `${figure(total)} ${currency}`;
  return [
    `${title}, since ${dayAndTime(openedAt, zone)}.`,
    `${summary.what} ${summary.harmed} ${summary.healed}`,
    `Cost so far: ${money(soFar)}. If nothing more is done: ${money(ifNothing)}.${wholeFleet ? ` Had nothing stopped it, the whole fleet: ${money(wholeFleet)}.` : ''} ${cost.prices}`,
    `Next: ${summary.next}`,
  ].join('\n\n');
}

function status(facts: Facts, zone: string): string {
  const { release, openedAt, closedAt, harmed, now } = facts;
  const head = isOver(facts) ? 'Resolved' : facts.state === 'mitigated' ? 'Monitoring' : 'Investigating';
  const at = dayAndTime(closedAt ?? now, zone);
  const what =
    release === null
      ? 'Some devices do not work as they should.'
      : `Update ${release} makes some devices not work as they should.`;
  const unwell = unwellOf(facts);
  const healed = healedOf(facts);
  const how = isOver(facts)
    ? 'This is over.'
    : harmed.devices === 0
      ? 'How many devices it concerns is not known yet.'
      : `${devicesWords(harmed.devices)} went wrong, ${figure(healed)} ${healed === 1 ? 'is' : 'are'} well again${unwell === 0 ? '' : `, ${figure(unwell)} ${unwell === 1 ? 'is' : 'are'} not yet`}.`;
  const stop = !isOver(facts) && isStopped(facts) ? ' No further device gets the update.' : '';
  return `${head}, ${at}\n\n${what} It began ${dayAndTime(openedAt, zone)}.${stop} ${how}`;
}
