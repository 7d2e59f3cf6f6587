/**
 * The acceptance table of the judge: thousands of simulated rollouts, good ones and one set for each fault,
 * stopped by the judge and, in the same runs, by the rules of other systems.
 *
 *   npm run --silent bench:judge -- [--json] [--runs N] [--seed S] [--scenario NAME] [--devices N]
 *
 * Without `--runs`: 10,000 good rollouts in four kinds of weather, and 2,000 of each fault. Runs are independent
 * of each other and of the number of workers: run i of a scenario has the seed `seed + i` of that scenario.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { planSchema } from '../packages/protocol/src/index.ts';
import {
  EXAMPLE_CULPRIT,
  EXAMPLE_RARE,
  exampleComposition,
  type Fault,
  faultsOf,
  GOOD,
  judgeRun,
  layOut,
  noiseOf,
  openingsOf,
  type Outcome,
  outcomeOf,
  PEERS,
  playRun,
  type Row,
  summarise,
} from '../packages/simulator/src/rehearsal/index.ts';
import { seeded } from '../packages/simulator/src/world/random.ts';

/** 1 % over 6 h on the first day, 10 % on the second, the rest on the fourth; watched for five days. */
const plan = planSchema.parse({
  name: 'acceptance',
  release: '3.2.5',
  stages: [
    { share: 0.01, pace: '6h', soak: '18h' },
    { share: 0.1, pace: '4h', soak: '44h' },
    { share: 1, pace: '12h', soak: '36h' },
  ],
});

const GOOD_RUNS: Readonly<Record<string, number>> = {
  good: 4_000,
  'good-outage': 4_000,
  'good-quiet': 1_000,
  'good-shared': 1_000,
};
const FAULT_RUNS = 2_000;
const SCENARIO_STRIDE = 100_000_007;
const CHUNK = 20;
const OURS = 'tuesday';
const POLICIES = [OURS, ...PEERS.map(({ name }) => name)];

const scenarios: readonly Fault[] = [...GOOD, ...faultsOf({ common: EXAMPLE_CULPRIT, rare: EXAMPLE_RARE })];

interface Task {
  readonly scenario: number;
  readonly first: number;
  readonly count: number;
}

/** [run][policy] */
type Played = Outcome[][];

function playChunk({ scenario, first, count }: Task, seed: number, fleet: ReturnType<typeof layOut>): Played {
  const fault = scenarios[scenario] as Fault;
  const noise = noiseOf(composition(workerData.devices), fault);
  return Array.from({ length: count }, (_, index) => {
    const run = playRun(fleet, plan, fault, noise, seeded(seed + scenario * SCENARIO_STRIDE + first + index));
    return [outcomeOf(run, judgeRun(fleet, run)), ...PEERS.map((peer) => outcomeOf(run, peer.stops(run)))];
  });
}

let cached: ReturnType<typeof exampleComposition> | undefined;
function composition(devices: number) {
  return (cached ??= exampleComposition(devices));
}

function beWorker(): void {
  const fleet = layOut(composition(workerData.devices), plan);
  parentPort?.on('message', (task: Task) =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    parentPort?.postMessage({ task, played: playChunk(task, workerData.seed, fleet) }),
  );
}

interface Options {
  readonly seed: number;
  readonly runs: number | undefined;
  readonly devices: number;
  readonly only: string | undefined;
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seed: { type: 'string', default: '20261124' },
      devices: { type: 'string', default: '12000' },
      scenario: { type: 'string' },
    },
  });
  const whole = (name: string, text: string) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < 1)
      fail(`--${name} must be a whole number of at least 1, not ${text}`);
    return number;
  };
  const only = values.scenario;
  if (only !== undefined && !scenarios.some(({ name }) => name === only))
    fail(`--scenario must be one of ${scenarios.map(({ name }) => name).join(', ')}`);
  return {
    seed: whole('seed', values.seed),
    runs: values.runs === undefined ? undefined : whole('runs', values.runs),
    devices: whole('devices', values.devices),
    only,
    json: values.json,
  };
}

function fail(because: string): never {
  process.stderr.write(`${because}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const options = readOptions();
  const wanted = scenarios.map(({ name }) =>
    options.only !== undefined && options.only !== name ? 0 : (options.runs ?? GOOD_RUNS[name] ?? FAULT_RUNS),
  );
  process.stderr.write(
    `seed ${options.seed}, ${options.devices} devices, ${wanted.reduce((a, b) => a + b, 0)} rollouts\n`,
  );
  const outcomes = scenarios.map((): Played => []);
  await playAll(wanted, options, ({ scenario, first }, played) =>
    played.forEach((run, index) => ((outcomes[scenario] as Played)[first + index] = run)),
  );
  const { opens } = openingsOf(plan);
  const results = scenarios.flatMap((fault, index) =>
    wanted[index] === 0
      ? []
      : POLICIES.map((policy, column) => ({
          scenario: fault.name,
          policy,
          seed: options.seed,
          ...summarise(
            (outcomes[index] as Played).map((run) => run[column] as Outcome),
            opens,
            fault.culprit,
          ),
        })),
  );
  if (options.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else print(results);
}

function playAll(
  wanted: readonly number[],
  options: Options,
  take: (task: Task, played: Played) => void,
): Promise<void> {
  const tasks = wanted.flatMap((runs, scenario) =>
    Array.from({ length: Math.ceil(runs / CHUNK) }, (_, chunk): Task => ({
      scenario,
      first: chunk * CHUNK,
      count: Math.min(CHUNK, runs - chunk * CHUNK),
    })),
  );
  const total = tasks.length;
  let [next, done] = [0, 0];
  return new Promise((resolve, reject) => {
    for (let index = 0; index < Math.min(availableParallelism(), total); index++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: options });
      const give = () => {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
        if (next < total) worker.postMessage(tasks[next++]);
        else void worker.terminate();
      };
      worker.on('error', reject);
      worker.on('message', ({ task, played }: { task: Task; played: Played }) => {
        take(task, played);
        done += 1;
        if (done % 50 === 0) process.stderr.write(`${Math.round((100 * done) / total)} %\n`);
        if (done === total) resolve();
        give();
      });
      give();
    }
  });
}

type Result = Row & { scenario: string; policy: string };

function print(results: readonly Result[]): void {
  const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(2)} %`);
  const columns: Array<[string, (row: Result) => string]> = [
    ['scenario', (row) => row.scenario],
    ['policy', (row) => row.policy],
    ['runs', (row) => String(row.runs)],
    ['halted', (row) => percent(row.halted)],
    ['paused', (row) => percent(row.paused)],
    ['before stage 2', (row) => percent(row.haltedBeforeStage2)],
    ['harmed mean', (row) => row.harmedMean.toFixed(1)],
    ['p95', (row) => row.harmedP95.toFixed(0)],
    ['exposed', (row) => row.exposedMedian.toFixed(0)],
    ['named right', (row) => percent(row.attributionRight)],
    ['wrong', (row) => percent(row.attributionWrong)],
    ['hours', (row) => row.medianHoursToHalt?.toFixed(1) ?? '–'],
    ['after 1st harm', (row) => row.medianHoursAfterFirstHarm?.toFixed(1) ?? '–'],
  ];
  const table = [
    columns.map(([title]) => title),
    ...results.map((row) => columns.map(([, read]) => read(row))),
  ];
  const widths = columns.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)));
  for (const line of table)
    process.stdout.write(`${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`);
}

if (isMainThread) await main();
else beWorker();
