/** What it has cost so far, what it will when nobody does anything, and what it would have had nothing stopped it. */
import type { IncidentView, PricesView } from '@tuesday/protocol';
import { costOf, figure } from '@tuesday/rollout';
import type { Harm } from './harmed.ts';
import { devicesWords } from './words.ts';

type CostView = IncidentView['cost'];

interface Given extends Harm {
  readonly tickets: number;
  /** Visits that were made. */
  readonly visits: number;
  /** Devices of the rollout; undefined without one. */
  readonly devices: number | undefined;
}

export function costView(
  { harmed, recovery, tickets, visits, devices }: Given,
  { prices, source }: PricesView,
): CostView {
  const unwell = recovery.waiting + recovery.technician;
  const reconnects = null;
  const inTheEnd = Math.max(tickets, Math.ceil(harmed.devices * prices.ticketsPerHarmed));
  return {
    prices: source,
    soFar: {
      ...costOf({ harmed: harmed.devices, tickets, visits, reconnects }, prices),
      supposing: `Tickets that belong to it, visits that people recorded, and ${devicesWords(harmed.devices)} that went wrong.`,
    },
    ifNothing: {
      ...costOf({ harmed: harmed.devices, tickets: inTheEnd, visits: visits + unwell, reconnects }, prices),
      supposing: `If nobody does anything: ${devicesWords(unwell)} that ${unwell === 1 ? 'is' : 'are'} not well ${unwell === 1 ? 'gets' : 'get'} a visit, and ${figure(prices.ticketsPerHarmed)} tickets come for each device that went wrong.`,
    },
    wholeFleet: wholeFleet(devices, harmed, { unwell, written: tickets, made: visits }, prices),
  };
}

function wholeFleet(
  devices: number | undefined,
  harmed: Harm['harmed'],
  { unwell, written, made }: Readonly<Record<'unwell' | 'written' | 'made', number>>,
  prices: PricesView['prices'],
): CostView['wholeFleet'] {
  if (devices === undefined || harmed.exposed === 0) return null;
  const all = Math.round((harmed.devices / harmed.exposed) * devices);
  const share = harmed.devices === 0 ? 0 : unwell / harmed.devices;
  const visits = Math.max(made, Math.round(share * all));
  const tickets = Math.max(written, Math.ceil(all * prices.ticketsPerHarmed));
  return {
    ...costOf({ harmed: all, tickets, visits, reconnects: null }, prices),
    supposing: `Had nothing stopped it: ${figure(harmed.devices)} of ${figure(harmed.exposed)} devices that ran it went wrong, and of ${figure(devices)} that would be ${figure(all)}. Those that ran it may not be like the others.`,
  };
}
