/** What speaks for and against starting a rollout now: facts with the sentence that each rests on. No probability. */
import {
  type Calendar,
  type Instant,
  type Plan,
  type Power,
  type ReleaseManifest,
  type RiskView,
  toMillis,
} from '@tuesday/protocol';
import {
  openness,
  type ParitySituation,
  reaches,
  someOf,
  stageRules,
  weekdayWord,
  when,
} from '@tuesday/rollout';

export type Fact = RiskView['facts'][number];

export interface RiskInput {
  readonly now: Instant;
  /** Holidays and recurring freezes written out. */
  readonly calendar: Calendar;
  readonly plan: Plan;
  /** Devices of the rollout and of its first stage; null when nobody has counted. */
  readonly devices: { readonly all: number; readonly first: number } | null;
  readonly power: Power;
  readonly release: ReleaseManifest | null;
  readonly wayBack: ReleaseManifest | null;
  /** Halted or recalling rollouts that nothing followed, by their names. */
  readonly incidents: readonly string[];
  /** Broken glasses whose review is open. */
  readonly openReviews: number;
  readonly tickets: { readonly lastDay: number; readonly dayBefore: number };
  readonly rehearsed: boolean;
  readonly parity: ParitySituation | null;
}

export function riskFacts(input: RiskInput): Fact[] {
  return [
    ...timeFacts(input),
    holidayFact(input),
    sizeFact(input),
    ...releaseFacts(input),
    parityFact(input),
    powerFact(input),
    rehearsalFact(input),
    ...troubleFacts(input),
  ];
}

/** Days on which few people are there on the days after. */
const BEFORE_DAYS_OFF = ['Friday', 'Saturday', 'Sunday'];

function timeFacts({ now, calendar, plan }: RiskInput): Fact[] {
  const { open, because, nextOpening } = openness(stageRules(calendar, plan, 0), calendar.zone, now);
  const day = weekdayWord(now, calendar.zone);
  const late = open && BEFORE_DAYS_OFF.includes(day);
  const soak = toMillis(plan.stages[0]?.soak ?? plan.watch) + toMillis(plan.stages[0]?.pace ?? '0s');
  const after = late ? ` The first soak goes on until ${when(now + soak, calendar.zone)}.` : '';
  const opening: Fact =
    nextOpening === null
      ? { what: 'opening', level: 'high', because: 'The first stage cannot open within two years.' }
      : open
        ? { what: 'opening', level: 'calm', because: 'The first stage may open now.' }
        : {
            what: 'opening',
            level: 'note',
            because: `The first stage waits until ${when(nextOpening, calendar.zone)} (${calendar.zone}).`,
          };
  return [
    {
      what: 'weekday and hour',
      level: open ? (late ? 'note' : 'calm') : 'high',
      because: `${because}${after}`,
    },
    opening,
  ];
}

const NEAR = toMillis('3d');

/** Days off and freezes that begin within three days, or are on. */
function holidayFact({ now, calendar }: RiskInput): Fact {
  const { zone } = calendar;
  const soon = calendar.freezes
    .map((freeze) => ({
      ...freeze,
      begins: reaches(timed(freeze.from), zone),
      ends: reaches(timed(freeze.to), zone),
    }))
    .filter(({ begins, ends }) => begins < now + NEAR && ends > now)
    .sort((a, b) => a.begins - b.begins);
  const [first] = soon;
  if (!first)
    return { what: 'holidays', level: 'calm', because: 'No holiday and no freeze within three days.' };
  const words =
    first.begins <= now
      ? `${first.name} is on until ${when(first.ends, zone)}.`
      : `${first.name} begins ${when(first.begins, zone)}.`;
  return { what: 'holidays', level: 'note', because: words };
}

function timed(text: string): string {
  return text.length === 10 ? `${text}T00:00` : text;
}

function sizeFact({ devices, plan }: RiskInput): Fact {
  const share = plan.stages[0]?.share ?? 1;
  const level = share <= 0.01 ? 'calm' : share <= 0.1 ? 'note' : 'high';
  const percent = `${Math.round(share * 1_000) / 10} %`;
  const counted = devices ? ` ${devices.first} of ${devices.all} devices.` : '';
  const stages =
    plan.stages.length === 1 ? 'The only stage takes' : `The first of ${plan.stages.length} stages takes`;
  return { what: 'size', level, because: `${stages} ${percent} of the fleet.${counted}` };
}

/** More than this takes a while over a home network. */
const LARGE = 64 * 1_024 * 1_024;

function releaseFacts({ release, wayBack }: RiskInput): Fact[] {
  if (!release) return [{ what: 'release', level: 'unknown', because: 'There is no such release.' }];
  const largest = Math.max(...release.artifacts.map(({ size }) => size));
  const known = new Set(wayBack?.errorCodes.map(({ code }) => code));
  const added = release.errorCodes.map(({ code }) => code).filter((code) => !known.has(code));
  return [
    stepFact(release.version, wayBack?.version),
    {
      what: 'artifact',
      level: largest > LARGE ? 'note' : 'calm',
      because: `The largest artifact has ${largest.toLocaleString('en-US')} bytes.`,
    },
    added.length === 0
      ? {
          what: 'error codes',
          level: 'calm',
          because: 'It declares no error code that the way back does not.',
        }
      : {
          what: 'error codes',
          level: 'note',
          because: `It can raise what the way back cannot: ${added.slice(0, 8).join(', ')}${added.length > 8 ? ', …' : ''}.`,
        },
  ];
}

const STEPS = [
  ['major', 'high'],
  ['minor', 'note'],
  ['patch', 'calm'],
] as const;

function stepFact(version: string, from: string | undefined): Fact {
  if (from === undefined)
    return { what: 'version step', level: 'unknown', because: `${version} has no way back to compare with.` };
  const parts = (text: string) => text.split(/[-+]/)[0]?.split('.').map(Number) ?? [];
  const [new_, old] = [parts(version), parts(from)];
  const [name, level] = STEPS.find((_, index) => new_[index] !== old[index]) ?? (['patch', 'calm'] as const);
  return { what: 'version step', level, because: `From ${from} to ${version}: a ${name} step.` };
}

/** A first stage that sees this much stops what is rare before it is everywhere. */
const SEES_WELL = 0.1;

function powerFact({ power }: RiskInput): Fact {
  const level = power.sees === null ? 'note' : power.sees <= SEES_WELL ? 'calm' : 'note';
  return { what: 'power', level, because: power.because };
}

function parityFact({ parity }: RiskInput): Fact {
  if (parity === null || parity.verdict === 'unasked')
    return {
      what: 'parity',
      level: 'unknown',
      because: 'The policy declares no dimension, so nobody asks where the release was tested.',
    };
  return parity.verdict === 'open'
    ? { what: 'parity', level: 'calm', because: 'The release was tested where the fleet lives.' }
    : { what: 'parity', level: 'high', because: someOf(parity.because) };
}

function rehearsalFact({ rehearsed }: RiskInput): Fact {
  return rehearsed
    ? { what: 'rehearsal', level: 'calm', because: 'A rehearsal of this plan is attached.' }
    : { what: 'rehearsal', level: 'note', because: 'No rehearsal is attached.' };
}

function troubleFacts({ incidents, openReviews, tickets }: RiskInput): Fact[] {
  const open: Fact =
    incidents.length === 0
      ? { what: 'incidents', level: 'calm', because: 'No halted rollout is left without a successor.' }
      : {
          what: 'incidents',
          level: 'high',
          because: `Not settled yet: ${incidents.slice(0, 5).join('; ')}.`,
        };
  const reviews: Fact = {
    what: 'reviews',
    level: openReviews === 0 ? 'calm' : 'high',
    because:
      openReviews === 0 ? 'No review is open.' : `Reviews of broken glasses that are open: ${openReviews}.`,
  };
  const { lastDay, dayBefore } = tickets;
  const level = lastDay === 0 ? 'calm' : lastDay > 2 * dayBefore + 3 ? 'high' : 'note';
  const words = `Tickets in the last day: ${lastDay}; in the day before: ${dayBefore}.`;
  return [open, reviews, { what: 'tickets', level, because: words }];
}

/** Industry figures for context. They say nothing about this rollout. */
export const CONTEXT: RiskView['context'] = [
  '68 % had at least one major incident that needed an emergency rollback',
  '41 % of incidents followed Friday deployments, 8 % Tuesday deployments',
  'a botched rollout costs 120,000 to 850,000 US dollars',
  'staged rollouts with automatic rollback resolve 95 % of issues within 4 hours; full-fleet deployments without rollback take 38 hours on average',
].map((figure) => ({
  figure,
  source: '2023 survey of 340 companies, in an IoT engineering course chapter',
}));
