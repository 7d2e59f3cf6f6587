/** A recovery campaign on a terminal: the server's sentences first, then the figures under them. */
import type {
  CampaignGroupView,
  CampaignPreview,
  CampaignView,
  OpenRoads,
  RouteAnswer,
} from '@tuesday/protocol';
import { table, time } from './output.ts';

export function campaignLines({ recoveries }: RouteAnswer<'listRecoveries'>): string {
  if (recoveries.length === 0)
    return 'No recovery campaign. For devices that no longer answer: tuesday recovery preview --incident <incident> --release <version>, then recovery plan';
  return table([
    ['recovery', 'state', 'devices', 'release', 'planned', 'title'],
    ...recoveries.map((one) => [
      one.recovery,
      one.state,
      String(one.devices),
      one.release,
      time(one.plannedAt),
      one.title,
    ]),
  ]);
}

export function previewLines({ devices, leftOut, open, first, none, groups }: CampaignPreview): string {
  const left = leftOut === 0 ? '' : ` (${leftOut} left out: in contact and well, or in a campaign that runs)`;
  return [
    `${devices} devices${left}`,
    '',
    table([
      ['road', 'open for', 'comes first for'],
      ...roadRows(open).map(([road, count]) => [road, String(count), String(first[road])]),
      ['none', '–', String(none)],
    ]),
    '',
    groupLines(groups),
  ].join('\n');
}

export function describeCampaign(view: CampaignView): string {
  const { recovery, state, title, summary, standing, healedBy, open, through, roads } = view;
  return [
    `${recovery}  ${state}  ${title}`,
    '',
    summary.what,
    summary.why,
    `next: ${summary.next}`,
    '',
    table([
      ['devices', 'count'],
      ['healed', String(standing.healed)],
      ['  by relay', String(healedBy.relay)],
      ['  over the server', String(healedBy.http)],
      ['  by a technician', String(healedBy.technician)],
      ['  by themselves', String(healedBy.itself)],
      ['  without saying how', String(healedBy.unsaid)],
      ['heard, not well yet', String(standing.heard)],
      ['waiting', String(standing.waiting)],
      ['for a technician', String(standing.technician)],
      ['visited, not heard since', String(standing.visited)],
      ['given up', String(standing['given-up'])],
    ]),
    ...through.map(({ neighbour, healed }) => `healed by relay through ${neighbour}: ${healed}`),
    '',
    `roads, in this order: ${roads.join(', ')}; ${view.visitsPerDay} visits a day; ${view.waitHours} hours for relay and rescue`,
    table([['road', 'open for'], ...roadRows(open).map(([road, count]) => [road, String(count)])]),
    `neighbours asked to carry: ${view.relays}`,
    '',
    groupLines(view.groups),
  ].join('\n');
}

function roadRows({ http, relay, rescue, technician }: OpenRoads) {
  return [
    ['http', http],
    ['relay', relay],
    ['rescue', rescue],
    ['technician', technician],
  ] as const;
}

function groupLines(groups: readonly CampaignGroupView[]): string {
  return groups
    .map(({ hardware, devices, because, try: then }) => {
      const advice = then === null ? '' : `\n  do: ${then}`;
      return `${hardware}, ${devices} devices: ${because}${advice}`;
    })
    .join('\n');
}

export function campaignDeviceLines({ devices, next }: RouteAnswer<'listRecoveryDevices'>): string {
  const rows = devices.map((one) => [
    one.device,
    one.standing,
    one.road ?? '–',
    one.roads.flatMap(({ neighbours }) => neighbours.map(({ device }) => device)).join(' ') || '–',
    time(one.lastSeen),
    one.because,
  ]);
  const more = next === null ? '' : `\nmore: the same with --after ${next}`;
  return table([['device', 'stands', 'road', 'neighbours', 'last seen', 'because'], ...rows]) + more;
}
