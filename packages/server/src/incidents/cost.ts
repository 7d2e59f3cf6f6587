/** What it has cost so far, what it will when nobody does anything, and what it would have had nothing stopped it. */
import type { IncidentView, PricesView } from '@tuesday/protocol';
import { costOf, figure } from '@tuesday/rollout';
import type { Harm } from './harmed.ts';

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
      supposing: `Tickets that belong to it, visits that people recorded, and ${figure(harmed.devices)} devices that went wrong.`,
    },
    ifNothing: {
      ...costOf({ harmed: harmed.devices, tickets: inTheEnd, visits: visits + unwell, reconnects }, prices),
      supposing: `If nobody does anything: each of the ${figure(unwell)} devices that are not well gets a visit, and ${figure(prices.ticketsPerHarmed)} tickets come for each device that went wrong.`,
    },
    wholeFleet: wholeFleet(devices, harmed, unwell, prices),
  };
}

function wholeFleet(
  devices: number | undefined,
  harmed: Harm['harmed'],
  unwell: number,
  prices: PricesView['prices'],
): CostView['wholeFleet'] {
  if (devices === undefined || harmed.exposed === 0) return null;
  const all = Math.round((harmed.devices / harmed.exposed) * devices);
  const visits = harmed.devices === 0 ? 0 : Math.round((unwell / harmed.devices) * all);
  const tickets = Math.ceil(all * prices.ticketsPerHarmed);
  return {
    ...costOf({ harmed: all, tickets, visits, reconnects: null }, prices),
    supposing: `Had nothing stopped it: ${figure(harmed.devices)} of ${figure(harmed.exposed)} devices that ran it went wrong, and of ${figure(devices)} that would be ${figure(all)}. Those that ran it may not be like the others.`,
  };
}
