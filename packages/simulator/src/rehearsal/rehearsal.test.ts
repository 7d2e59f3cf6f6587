import { planSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { seeded } from '../world/random.ts';
import { EXAMPLE_CULPRIT, EXAMPLE_RARE, exampleComposition } from './example-fleet.ts';
import { culpritsOf, type Fault, faultsOf, GOOD } from './faults.ts';
import { drawSubjects, layOut } from './fleet.ts';
import { judgeRun } from './judged.ts';
import { outcomeOf, type Outcome, summarise } from './outcome.ts';
import { PEERS } from './peers.ts';
import { noiseOf, rehearse } from './rehearse.ts';
import { openingsOf, playRun } from './run.ts';

const stages = [
  { share: 0.01, pace: '6h', soak: '18h' },
  { share: 0.1, pace: '4h', soak: '44h' },
  { share: 1, pace: '12h', soak: '36h' },
];
const planOf = (change: object = {}) => planSchema.parse({ name: 'p', release: '3.2.5', stages, ...change });
const composition = exampleComposition(12_000);
const all = [...GOOD, ...faultsOf({ common: EXAMPLE_CULPRIT, rare: EXAMPLE_RARE })];
const faultNamed = (name: string) => all.find((fault) => fault.name === name) as Fault;

/** [ours, each peer] */
function play(name: string, runs: number, plan = planOf()): Outcome[][] {
  const fault = faultNamed(name);
  const fleet = layOut(composition, plan);
  return Array.from({ length: runs }, (_, index) => {
    const run = playRun(fleet, plan, fault, noiseOf(composition, fault), seeded(90_000 + index));
    return [outcomeOf(run, judgeRun(fleet, run)), ...PEERS.map((peer) => outcomeOf(run, peer.stops(run)))];
  });
}

function rowOf(name: string, played: Outcome[][], policy = 'tuesday', plan = planOf()) {
  const column = policy === 'tuesday' ? 0 : 1 + PEERS.findIndex((peer) => peer.name === policy);
  return summarise(
    played.map((run) => run[column] as Outcome),
    openingsOf(plan).opens,
    faultNamed(name).culprit,
  );
}

describe('the judge and the peers in the same runs', () => {
  test('the incident is halted in the first stage with its culprit named; default thresholds never see it', () => {
    const played = play('incident', 12);
    const ours = rowOf('incident', played);
    expect(ours.haltedBeforeStage2).toBe(1);
    expect(ours.harmedMean).toBeLessThan(16);
    expect(ours.attributionRight).toBeGreaterThan(0.8);
    for (const peer of ['hawkbit-default', 'aws-iot-jobs'])
      expect(rowOf('incident', played, peer)).toMatchObject({ halted: 0, attributionRight: null });
    expect(rowOf('incident', played, 'aws-iot-jobs').harmedMean).toBeGreaterThan(1_500);
  });

  test('an outage of a region halts thresholds on silence, and not the judge', () => {
    const played = play('good-outage', 6);
    expect(rowOf('good-outage', played).halted).toBe(0);
    expect(rowOf('good-outage', played, 'fixed 10 % silent').halted).toBeGreaterThan(0.6);
  });

  test('failed installs are what default thresholds do see', () => {
    const played = play('install-fails', 6);
    expect(rowOf('install-fails', played).haltedBeforeStage2).toBe(1);
    expect(rowOf('install-fails', played, 'aws-iot-jobs').halted).toBeGreaterThan(0.9);
  });

  test('a fault of a rare value is seen in a covered first stage, and not in a uniform one', () => {
    const uniform = planOf({ coverage: 0 });
    expect(rowOf('rare', play('rare', 8)).haltedBeforeStage2).toBe(1);
    expect(rowOf('rare', play('rare', 8, uniform), 'tuesday', uniform).haltedBeforeStage2).toBeLessThan(0.3);
  });

  test('a random defect names nobody', () => {
    const row = rowOf('random', play('random', 10));
    expect(row.halted).toBe(1);
    expect(row.attributionWrong).toBeLessThan(0.2);
  });
});

describe('a rehearsal', () => {
  test('is the same for the same seed, and not for another', () => {
    const small = exampleComposition(600);
    const options = { runs: 2, seed: 5, at: 0 };
    const one = rehearse(planOf(), small, options);
    expect(rehearse(planOf(), small, options)).toEqual(one);
    expect(rehearse(planOf(), small, { ...options, seed: 6 }).rows).not.toEqual(one.rows);
    expect(one.rows.map(({ fault }) => fault)).toContain('slow-burn');
  });

  test('plays a bounded number of devices, in the stages of the plan', () => {
    const fleet = layOut(exampleComposition(50_000), planOf(), 1_000);
    const subjects = drawSubjects(fleet, seeded(1));
    expect(subjects.length).toBeLessThan(1_000 * 4 * fleet.strata.length + 1);
    const sizes = fleet.strata.map(({ sizes }) => sizes.reduce((sum, size) => sum + size, 0));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50_000);
    for (const stage of [0, 1, 2, 3]) expect(subjects.some((subject) => subject.stage === stage)).toBe(true);
  });

  test('takes values of the fleet that come nearest to the incident’s for culprits', () => {
    const culprits = culpritsOf(composition);
    expect(culprits.rare).toEqual(EXAMPLE_RARE);
    expect(culprits.common).not.toBeNull();
  });

  test('a fleet without any environment still rehearses', () => {
    const bare = { ...composition, devices: 300, cells: [{ environment: {}, devices: 300 }] };
    const { rows } = rehearse(planOf(), bare, { runs: 1, seed: 1, at: 0 });
    expect(rows.find(({ fault }) => fault === 'brick')?.halted).toBe(1);
  });
});
