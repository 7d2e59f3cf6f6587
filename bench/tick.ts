/**
 * What one tick of the judge costs over 10,000 and over 1,000,000 members, in the same run: a trial of 32 values,
 * every channel and a week of 15-minute buckets, all of them filled. Counters, not members, are what a tick reads:
 * the two should cost the same. Weighing is the judge's own work; the rest of a tick is the database's.
 *
 *   npm run bench:tick [-- --json]
 *
 * Members and counters are made by SQL; the rest is the server's own code on its own embedded PostgreSQL.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planSchema, wallClock } from '../packages/protocol/src/index.ts';
import {
  CONTROL,
  decide,
  frameOf,
  initialState,
  OFFERED,
  readTrial,
  TALLIES,
  Trial,
  type TrialLayout,
} from '../packages/rollout/src/index.ts';
import { startEmbeddedPostgres } from '../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../packages/server/src/db/pool.ts';
import { readCalendar } from '../packages/server/src/policy/policy.ts';
import { loadRollout } from '../packages/server/src/rollouts/apply.ts';
import { readCounts, situationOf } from '../packages/server/src/rollouts/situation.ts';
import { tick } from '../packages/server/src/rollouts/tick.ts';
import { CellChanges, writeCells } from '../packages/server/src/trial/cells.ts';
import { readTrialOf } from '../packages/server/src/trial/reading.ts';

const TARGET = 1.5;
/** Milliseconds that weighing a new bucket may take. */
const WEIGHING_TARGET = 5;
/** Megabytes of counters. */
const SIZE_TARGET = 50;
const WEEK = 7 * 24 * 4;
const BUCKET = 15 * 60_000;
const SIZES = [10_000, 1_000_000] as const;
const TICKS = 200;
const json = process.argv.includes('--json');

const plan = planSchema.parse({
  name: 'bench',
  release: '3.2.5',
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
});

/** 32 values of four attributes. */
function layoutOf(devices: number): TrialLayout {
  const slices = [
    { attribute: '', value: '' },
    ...Array.from({ length: 32 }, (_, index) => ({ attribute: `a${index >> 3}`, value: `v${index & 7}` })),
  ];
  const sizes = (size: number) => slices.map((_, index) => (index === 0 ? size : size / 8));
  return {
    slices,
    strata: [''],
    cohorts: [sizes(devices * 0.1), sizes(devices * 0.88), sizes(devices * 0.02)],
    metrics: false,
  };
}

/** Every slice has every event in both arms in every bucket of the week. */
async function fillTrial(
  { pool }: OpenDatabase,
  rollout: string,
  devices: number,
  now: number,
): Promise<void> {
  const client = await pool.connect();
  const first = Math.floor(now / BUCKET);
  const tallies = ['trouble', 'silence-1', 'silence-2', 'silence-3'] as const;
  const slices = Array.from({ length: 33 }, (_, index) => index);
  for (let bucket = 0; bucket <= WEEK; bucket++) {
    const cells = new CellChanges();
    for (const arm of [CONTROL, OFFERED]) {
      const device = { stage: 0, stratum: 0, slices, arm };
      const times = bucket === 0 ? (arm === OFFERED ? 4_000 : 8_000) : arm === OFFERED ? 1 : 2;
      for (let time = 0; time < times; time++)
        if (bucket === 0) cells.add(device, first, 'entered');
        else for (const tally of tallies) cells.add(device, first + bucket, tally);
    }
    await writeCells(client, rollout, cells);
  }
  client.release();
  await pool.query('UPDATE rollouts SET trial_layout = $2, followed_at = $3 WHERE rollout = $1', [
    rollout,
    JSON.stringify(layoutOf(devices)),
    (first + WEEK) * BUCKET,
  ]);
}

/** The judge's own work: a new bucket in which every slice has every event, weighed after a week of them. */
function weighing(): number {
  const trial = new Trial(frameOf(layoutOf(1_000_000)));
  const slices = Array.from({ length: 33 }, (_, index) => index);
  const add = (bucket: number, into: Trial) => {
    for (const tally of ['trouble', 'silence-1', 'silence-2', 'silence-3'])
      for (const arm of [CONTROL, OFFERED] as const)
        into.countDevice(0, arm, 0, slices, TALLIES.indexOf(tally as (typeof TALLIES)[number]));
    into.closeBucket(bucket);
  };
  for (const arm of [CONTROL, OFFERED] as const)
    for (const slice of slices) trial.count(0, arm, 0, slice, TALLIES.indexOf('entered'), 40_000);
  trial.closeBucket(0);
  for (let bucket = 1; bucket <= WEEK; bucket++) add(bucket, trial);
  const times: number[] = [];
  for (let round = 0; round < TICKS; round++) {
    const started = performance.now();
    const now = trial.copy();
    add(WEEK + 1, now);
    readTrial(now);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** Two stages and the hold-out, three environment facts with 4, 10 and 3 values, six states. */
async function fill({ pool }: OpenDatabase, rollout: string, devices: number, now: number): Promise<void> {
  const state = { ...initialState(), phase: 'soaking', stage: 0, openedAt: { 0: now }, startedAt: now };
  await pool.query(
    `INSERT INTO rollouts (rollout, name, release, way_back, plan, plan_digest, seed, state, phase, stage_sizes, devices, created_at)
     VALUES ($1, 'bench', '3.2.5', '3.2.4', $2, '', '', $3, 'soaking', $4, $5, $6)`,
    [
      rollout,
      JSON.stringify(plan),
      JSON.stringify(state),
      JSON.stringify([devices * 0.1, devices * 0.88, devices * 0.02]),
      devices,
      now,
    ],
  );
  await pool.query(
    `INSERT INTO members (device, rollout, stage, stratum, environment, state, state_at, exposed)
     SELECT $1 || '-' || n, $1, stage, '', jsonb_build_object('broker', 'b' || n % 4, 'region', 'r' || n % 10, 'hardware', 'h' || n % 3),
       CASE WHEN stage = 0 THEN (ARRAY['installed', 'installed', 'proven', 'proven', 'waiting'])[1 + n / 10 % 5]
         WHEN n % 97 = 0 THEN 'waiting-silent' ELSE 'waiting' END, $3, stage = 0
     FROM (SELECT n, CASE WHEN n % 10 = 0 THEN 0 WHEN n % 50 = 1 THEN 2 ELSE 1 END AS stage FROM generate_series(0, $2::int - 1) AS n) AS m`,
    [rollout, devices, now],
  );
  await pool.query(
    `INSERT INTO evidence_counts SELECT m.rollout, m.stage, e.key, e.value, m.state, 0, count(*)
     FROM members m CROSS JOIN LATERAL (SELECT '' AS key, '' AS value UNION ALL SELECT key, value FROM jsonb_each_text(m.environment)) e
     WHERE m.rollout = $1 GROUP BY 1, 2, 3, 4, 5`,
    [rollout],
  );
}

interface Cost {
  devices: number;
  counters: number;
  /** Milliseconds, medians. */
  tick: number;
  readCounts: number;
  decide: number;
  /** Reading and weighing the whole week anew, as after a restart. */
  cold: number;
  /** All counters of one rollout. */
  megabytes: number;
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-bench-'));
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres(folder);
  const database = openDatabase(postgres.url);
  try {
    await migrate(database.pool);
    const wall = wallClock();
    const now = wall.now();
    for (const devices of SIZES) {
      await fill(database, `r-${devices}`, devices, now);
      await fillTrial(database, `r-${devices}`, devices, now - WEEK * BUCKET);
    }
    await database.pool.query('VACUUM ANALYZE');
    const ticks = new Map<number, number[]>(SIZES.map((devices) => [devices, []]));
    const reads = new Map<number, number[]>(SIZES.map((devices) => [devices, []]));
    const context = { db: database.db, clock: wall };
    // In turn, so that whatever else the machine does falls on both alike.
    for (let round = -20; round < TICKS; round++) {
      for (const devices of SIZES) {
        const whole = await timed(() => tick(context, `r-${devices}`));
        const read = await timed(() => readCounts(database.db, `r-${devices}`));
        if (round < 0) continue;
        ticks.get(devices)?.push(whole);
        reads.get(devices)?.push(read);
      }
    }
    const costs: Cost[] = [];
    for (const devices of SIZES) {
      const counts = await readCounts(database.db, `r-${devices}`);
      const row = await loadRollout(database.db, `r-${devices}`);
      if ('refused' in row) throw new Error(row.refused.because);
      const calendar = await readCalendar(database.db, now);
      const started = performance.now();
      const trial = await readTrialOf({}, database.db, row);
      const cold = performance.now() - started;
      const deciding: number[] = [];
      for (let round = 0; round < TICKS; round++)
        deciding.push(
          await timed(() =>
            decide(situationOf(row, counts, { trial, toRecall: 0, calendar, deviceHours: null, now })),
          ),
        );
      costs.push({
        devices,
        counters: counts.length,
        tick: median(ticks.get(devices) ?? []),
        readCounts: median(reads.get(devices) ?? []),
        decide: median(deciding),
        cold,
        megabytes: await sizeOf(database, `r-${devices}`),
      });
    }
    print(costs, weighing());
  } finally {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The part of a rollout in the tables of counters, with their indexes. */
async function sizeOf({ pool }: OpenDatabase, rollout: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    `SELECT sum(pg_total_relation_size(t.name) * share)::float AS bytes FROM (
       SELECT 'trial_cells'::regclass AS name, (SELECT count(*) FILTER (WHERE rollout = $1)::float / greatest(1, count(*)) FROM trial_cells) AS share
       UNION ALL SELECT 'evidence_counts'::regclass, (SELECT count(*) FILTER (WHERE rollout = $1)::float / greatest(1, count(*)) FROM evidence_counts)) AS t`,
    [rollout],
  );
  return (rows[0]?.bytes ?? 0) / 2 ** 20;
}

function print(costs: Cost[], weighed: number): void {
  const ratio = (costs[1]?.tick ?? 0) / (costs[0]?.tick ?? 1);
  const megabytes = Math.max(...costs.map((cost) => cost.megabytes));
  const reached = ratio <= TARGET && weighed <= WEIGHING_TARGET && megabytes <= SIZE_TARGET;
  if (json) return console.log(JSON.stringify({ costs, weighed, ratio, target: TARGET, reached }));
  for (const { devices, counters, tick, readCounts, decide, cold, megabytes } of costs)
    console.log(
      `${devices.toLocaleString('en').padStart(9)} members: ${tick.toFixed(2)} ms a tick ` +
        `(reading ${counters} counters ${readCounts.toFixed(2)}, deciding ${decide.toFixed(2)}, ` +
        `the trial, locking, calendar and commit ${(tick - readCounts - decide).toFixed(2)}); ` +
        `a week of the trial anew ${cold.toFixed(0)} ms; counters ${megabytes.toFixed(1)} MB`,
    );
  console.log(
    `weighing a new bucket of 32 values after a week: ${weighed.toFixed(2)} ms, target ${WEIGHING_TARGET} ${weighed <= WEIGHING_TARGET ? 'reached' : 'MISSED'}; ` +
      `counters at most ${megabytes.toFixed(1)} MB, target ${SIZE_TARGET} ${megabytes <= SIZE_TARGET ? 'reached' : 'MISSED'}`,
  );
  console.log(`ratio ${ratio.toFixed(2)}, target ${TARGET} ${ratio <= TARGET ? 'reached' : 'MISSED'}`);
}

await main();
