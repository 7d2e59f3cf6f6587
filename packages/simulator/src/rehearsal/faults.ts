/** The catalogue of faults that a plan is rehearsed against: what a release does to a device that takes it. */
import type { Composition } from '@tuesday/protocol';
import { between, type Random } from '../world/random.ts';

/** What becomes of an affected device; hours after it came up on the release. */
export type Harm =
  | { readonly kind: 'dies'; readonly afterHours: number }
  | { readonly kind: 'reports'; readonly afterHours: number }
  | { readonly kind: 'install-fails' };

export interface Fault {
  readonly name: string;
  readonly what: string;
  /** The value that is to blame; null: none. */
  readonly culprit: { readonly attribute: string; readonly value: string } | null;
  /** Harm of one device, or undefined when it is spared. */
  readonly strike: (environment: Readonly<Record<string, string>>, random: Random) => Harm | undefined;
  /** Hazard of trouble after the update, as a multiple of the usual one. */
  readonly troubleRatio?: number;
  /** A region falls silent, updated or not. */
  readonly regionalOutage?: true;
  /** Hours between which the server hears nobody. */
  readonly serverAway?: { readonly from: number; readonly to: number };
  /** Devices share their outages in groups of ten. */
  readonly sharedOutages?: true;
  /** Share of the fleet that is away on average; the composition's own when left out. */
  readonly awayShare?: number;
}

const NONE = () => undefined;
const SLOW_HOURS = 36;

/** Nothing is wrong with the release; what is wrong with the world differs. */
export const GOOD: readonly Fault[] = [
  {
    name: 'good-quiet',
    what: 'a good release, 1 % of the fleet away at any time',
    culprit: null,
    strike: NONE,
    awayShare: 0.01,
  },
  { name: 'good', what: 'a good release, a fleet as noisy as this one', culprit: null, strike: NONE },
  {
    name: 'good-outage',
    what: 'a good release while a region is cut off for hours',
    culprit: null,
    strike: NONE,
    regionalOutage: true,
  },
  {
    name: 'good-shared',
    what: 'a good release, devices share routers in groups of ten',
    culprit: null,
    strike: NONE,
    sharedOutages: true,
  },
];

export interface Culprits {
  readonly common: Fault['culprit'];
  readonly rare: Fault['culprit'];
}

const has = (culprit: Fault['culprit'], environment: Readonly<Record<string, string>>) =>
  culprit !== null && environment[culprit.attribute] === culprit.value;

export function faultsOf({ common, rare }: Culprits): readonly Fault[] {
  const named = (culprit: Fault['culprit']) =>
    culprit === null ? 'no value' : `${culprit.attribute} = ${culprit.value}`;
  const dying: Fault['strike'] = (environment, random) =>
    has(common, environment) ? { kind: 'dies', afterHours: between(random, 1, 3) } : undefined;
  return [
    {
      name: 'incident',
      what: `devices with ${named(common)} fall silent 1 to 3 hours after the update`,
      culprit: common,
      strike: dying,
    },
    {
      name: 'incident-code',
      what: 'the same, and 7 of 10 still report an error code',
      culprit: common,
      strike: (environment, random) => {
        const harm = dying(environment, random);
        return harm?.kind === 'dies' && random() < 0.7 ? { ...harm, kind: 'reports' } : harm;
      },
    },
    {
      name: 'incident-outage',
      what: 'the incident while a region is cut off',
      culprit: common,
      strike: dying,
      regionalOutage: true,
    },
    {
      name: 'rare',
      what: `every device with ${named(rare)} falls silent 2 hours after the update`,
      culprit: rare,
      strike: (environment) => (has(rare, environment) ? { kind: 'dies', afterHours: 2 } : undefined),
    },
    {
      name: 'mild',
      what: 'error codes come three times as often',
      culprit: null,
      strike: NONE,
      troubleRatio: 3,
    },
    {
      name: 'slow-burn',
      what: 'one device in ten falls silent, most of them after a day or more',
      culprit: null,
      strike: (_, random) =>
        random() < 0.1 ? { kind: 'dies', afterHours: SLOW_HOURS * Math.sqrt(random()) } : undefined,
    },
    {
      name: 'install-fails',
      what: `the install fails on devices with ${named(common)}`,
      culprit: common,
      strike: (environment) => (has(common, environment) ? { kind: 'install-fails' } : undefined),
    },
    {
      name: 'brick',
      what: 'no device comes back from the update',
      culprit: null,
      strike: () => ({ kind: 'dies', afterHours: 0 }),
    },
    {
      name: 'random',
      what: 'one device in eight falls silent 1 to 3 hours after the update, whatever its environment',
      culprit: null,
      strike: (_, random) =>
        random() < 0.125 ? { kind: 'dies', afterHours: between(random, 1, 3) } : undefined,
    },
  ];
}

/** The values whose shares come nearest to the incident's: 15 % of the fleet, and 0.5 %. */
export function culpritsOf(composition: Composition): Culprits {
  const counts = new Map<string, { attribute: string; value: string; devices: number }>();
  for (const { environment, devices } of composition.cells)
    for (const [attribute, value] of Object.entries(environment)) {
      const known = counts.get(`${attribute}\0${value}`) ?? { attribute, value, devices: 0 };
      known.devices += devices;
      counts.set(`${attribute}\0${value}`, known);
    }
  const nearest = (share: number, below: number) => {
    const usable = [...counts.values()].filter(({ devices }) => devices < below * composition.devices);
    const distance = ({ devices }: { devices: number }) =>
      Math.abs(Math.log(devices / composition.devices / share));
    const best = usable.sort((a, b) => distance(a) - distance(b) || (a.value < b.value ? -1 : 1))[0];
    return best ? { attribute: best.attribute, value: best.value } : null;
  };
  const rare = nearest(0.005, 0.05);
  const common = nearest(0.15, 0.6);
  return { common, rare: rare ?? common };
}
