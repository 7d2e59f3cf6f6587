/** A campaign in three sentences: what is, why, and what comes next; and each device in one. Pure. */
import type { CampaignView, StandingCounts } from '@tuesday/protocol';
import { figure } from '@tuesday/rollout';
import { devicesWords, ended } from '../incidents/words.ts';
import type { CampaignRow } from './campaign.ts';
import type { CampaignDevice } from './read-devices.ts';

type Summary = CampaignView['summary'];

interface Known {
  readonly row: Pick<
    CampaignRow,
    'recovery' | 'state' | 'release' | 'because' | 'ended_because' | 'visits_per_day'
  >;
  readonly devices: number;
  readonly standing: StandingCounts;
  readonly open: CampaignView['open'];
  readonly groups: CampaignView['groups'];
  readonly relays: number;
  readonly healedBy: CampaignView['healedBy'];
}

export function summaryOf(known: Known): Summary {
  return { what: what(known), why: why(known), next: next(known) };
}

function what({ row, devices, standing, healedBy }: Known): string {
  if (row.state === 'draft')
    return `A plan for ${devicesWords(devices)}. Nothing happens before it is started.`;
  const { healed } = standing;
  const rest = [
    [standing.waiting, 'waits', 'wait'],
    [standing.heard, 'is heard again and not well yet', 'are heard again and not well yet'],
    [standing.technician, 'waits for a technician', 'wait for a technician'],
    [standing.visited, 'was visited and not heard since', 'were visited and not heard since'],
    [standing['given-up'], 'is given up', 'are given up'],
  ] as const;
  const parts = rest.flatMap(([count, one, many]) =>
    count === 0 ? [] : [`${figure(count)} ${count === 1 ? one : many}`],
  );
  const by = [
    [healedBy.relay, 'by relay'],
    [healedBy.http, 'over the server'],
    [healedBy.technician, 'by technicians'],
    [healedBy.itself, 'by themselves'],
    [healedBy.unsaid, 'without saying how'],
  ] as const;
  const ways = by.flatMap(([count, how]) => (count === 0 ? [] : [`${figure(count)} ${how}`]));
  const first =
    healed === 0
      ? `None of ${devicesWords(devices)} is healed yet`
      : `${figure(healed)} of ${devicesWords(devices)} ${healed === 1 ? 'is' : 'are'} healed: ${ways.join(', ')}`;
  return `${[first, ...parts].join('; ')}.`;
}

function why({ row, groups }: Known): string {
  const unfit = groups.filter((group) => group.try !== null);
  const lacking = unfit.length === 0 ? '' : ` ${capital(unfit[0]?.because ?? '')}`;
  return `They are to run ${row.release}: ${ended(row.because)}${lacking}`;
}

function next({ row, standing, open, relays, groups }: Known): string {
  if (row.state === 'finished' || row.state === 'stopped')
    return `Nothing: it is ${row.state}. ${ended(row.ended_because ?? '')}`.trim();
  const publish = groups.find((group) => group.try !== null)?.try ?? null;
  if (row.state === 'draft') {
    const advice = publish === null ? '' : ` Before that, so that more roads open: ${publish}.`;
    return `Start it: tuesday recovery start ${row.recovery} --because "…".${advice}`;
  }
  if (standing.technician > 0)
    return `Send technicians to ${devicesWords(standing.technician)}, ${figure(row.visits_per_day)} a day: tuesday recovery technicians ${row.recovery}.`;
  const left = standing.waiting + standing.heard + standing.visited;
  if (left === 0)
    return `Nobody waits: finish it with tuesday recovery finish ${row.recovery} --because "…".`;
  if (relays > 0 && open.relay > 0)
    return `Wait: ${figure(relays)} ${relays === 1 ? 'neighbour is' : 'neighbours are'} asked to carry ${row.release} for ${devicesWords(open.relay)}.`;
  if (open.http + open.rescue > 0)
    return `Wait: ${devicesWords(left)} may still come back without anybody driving there.`;
  return `No planned road is open any more. Plan another campaign with technicians, or give up who cannot be helped.`;
}

export function deviceWords(one: CampaignDevice): string {
  switch (one.standing) {
    case 'healed':
      return healedWords(one);
    case 'heard':
      return one.inRescue
        ? 'in contact, and in rescue: it looks for a recovery release.'
        : `in contact, and not well${one.failing === null ? '' : `: ${one.failing}`}.`;
    case 'technician':
      return `for a technician: ${[one.roads.relay, one.roads.rescue].map(({ because }) => because).join(' ')}`;
    case 'visited':
      return 'somebody was there, and it was not heard since.';
    case 'given-up':
      return `given up: ${ended(one.givenUpBecause ?? '')}`;
    case 'waiting':
      return one.road === null ? 'no planned road to it is open.' : one.roads[one.road].because;
    default:
      return one.standing satisfies never;
  }
}

function healedWords({ healedBy, tookVersion, tookRoad }: CampaignDevice): string {
  const took = tookVersion ?? 'a release';
  if (healedBy === 'relay')
    return `healed by relay: took ${took} ${throughWords(tookRoad?.neighbour, tookRoad?.by)}.`;
  if (healedBy === 'http') return `healed: took ${took} from the server.`;
  if (healedBy === 'technician') return 'healed after a technician was there.';
  if (healedBy === 'unsaid') return `healed: took ${took}, and does not say over which road.`;
  return 'healed: it came back and is well, without having taken anything.';
}

function throughWords(neighbour: string | undefined, by: string | undefined): string {
  const on = by === 'mesh' ? 'on the mesh' : 'on the link';
  return neighbour === undefined ? `through a neighbour ${on}` : `through ${neighbour}, ${on}`;
}

const capital = (sentence: string) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
