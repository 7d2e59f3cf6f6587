/** Readings and trials to test with. */
import {
  type Arm,
  frameOf,
  TALLIES,
  type Tally,
  Trial,
  type TrialLayout,
  type TrialLine,
  type TrialReading,
} from '../trial/index.ts';

/** One line of evidence of so many nats, about the whole fleet unless told otherwise. */
export function line(logWeighted: number, change: Partial<TrialLine> = {}): TrialLine {
  return {
    stage: 0,
    channel: 'trouble',
    attribute: '',
    value: '',
    logEvidence: logWeighted + 3,
    logWeighted,
    logContrast: 0,
    logNamed: -5,
    offered: { followed: 20, atRisk: 15, events: 5 },
    control: { followed: 180, atRisk: 178, events: 2 },
    ...change,
  };
}

export function reading(...lines: TrialLine[]): TrialReading {
  const sorted = lines.toSorted((a, b) => b.logWeighted - a.logWeighted);
  const most = (some: TrialLine[]) => Math.max(-Infinity, ...some.map(({ logWeighted }) => logWeighted));
  return {
    wrong: null,
    logWeighted: most(sorted),
    logPausing: most(sorted.filter(({ channel }) => channel !== 'install')),
    lines: sorted,
    untestable: [],
  };
}

/** A trial in which nothing speaks against the release. */
export const QUIET = reading(line(-3, { offered: { followed: 20, atRisk: 20, events: 0 } }));

export const LAYOUT: TrialLayout = {
  slices: [
    { attribute: '', value: '' },
    { attribute: 'broker', value: '2.0.15' },
    { attribute: 'broker', value: '2.0.18' },
    { attribute: 'region', value: 'eu' },
    { attribute: 'region', value: 'us' },
  ],
  strata: [''],
  cohorts: [
    [120, 100, 20, 60, 60],
    [1_080, 900, 180, 540, 540],
    [10_800, 9_000, 1_800, 5_400, 5_400],
  ],
  metrics: false,
};

export interface Happening {
  readonly bucket: number;
  readonly stage: number;
  readonly arm: Arm;
  /** Slices of the device, the whole first. */
  readonly slices: readonly number[];
  readonly tally: Tally;
}

/** A trial to which all of it has happened. */
export function trialOf(happenings: readonly Happening[], layout = LAYOUT): Trial {
  const trial = new Trial(frameOf(layout));
  const buckets = Map.groupBy(happenings, ({ bucket }) => bucket);
  for (const bucket of [...buckets.keys()].sort((a, b) => a - b)) {
    for (const { stage, arm, slices, tally } of buckets.get(bucket) ?? [])
      trial.countDevice(stage, arm, 0, slices, TALLIES.indexOf(tally));
    trial.closeBucket(bucket);
  }
  return trial;
}

/** `devices` of an arm do something in a bucket. */
export function several(devices: number, happening: Happening): Happening[] {
  return Array.from({ length: devices }, () => happening);
}
