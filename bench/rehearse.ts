/**
 * What a rehearsal costs for fleets of 12,000, 100,000 and 1,000,000 devices over a week, in the same run: every
 * fault of the catalogue, a few times. Played are environments, strata and buckets and a bounded number of devices,
 * so the last should cost about as much as the one before.
 *
 *   npm run bench:rehearse [-- --json]
 */
import { planSchema } from '../packages/protocol/src/index.ts';
import { exampleComposition, rehearse } from '../packages/simulator/src/rehearsal/index.ts';

const SIZES = [12_000, 100_000, 1_000_000];
const RUNS = 2;
/** A million devices to a hundred thousand. */
const TARGET = 2;
const json = process.argv.includes('--json');

const plan = planSchema.parse({
  name: 'bench',
  release: '3.2.5',
  stages: [
    { share: 0.001, pace: '6h', soak: '18h' },
    { share: 0.05, pace: '4h', soak: '44h' },
    { share: 1, pace: '12h', soak: '84h' },
  ],
});

const costs = SIZES.map((devices) => {
  const composition = exampleComposition(devices);
  const started = performance.now();
  const { rows } = rehearse(plan, composition, { runs: RUNS, seed: 1, at: 0 });
  const seconds = (performance.now() - started) / 1_000;
  return {
    devices,
    environments: composition.cells.length,
    faults: rows.length,
    seconds,
    perRun: seconds / rows.length / RUNS,
  };
});
const ratio = (costs.at(-1)?.perRun ?? 0) / (costs.at(-2)?.perRun ?? 1);
if (json) console.log(JSON.stringify({ costs, ratio, target: TARGET, reached: ratio <= TARGET }));
else {
  for (const { devices, environments, faults, seconds, perRun } of costs)
    console.log(
      `${devices.toLocaleString('en').padStart(9)} devices in ${environments} environments: ` +
        `${faults} faults, ${RUNS} runs each, ${seconds.toFixed(1)} s (${(perRun * 1_000).toFixed(0)} ms a week)`,
    );
  console.log(`ratio ${ratio.toFixed(2)}, target ${TARGET} ${ratio <= TARGET ? 'reached' : 'MISSED'}`);
}
