/**
 * What one tick of the judge costs over 10,000 and over 1,000,000 members, in the same run. Counters, not
 * members, are what a tick reads: the two should cost the same.
 *
 *   npm run bench:tick [-- --json]
 *
 * Members and counters are made by SQL; the rest is the server's own code on its own embedded PostgreSQL.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planSchema, wallClock } from '../packages/protocol/src/index.ts';
import { decide, initialState } from '../packages/rollout/src/index.ts';
import { startEmbeddedPostgres } from '../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../packages/server/src/db/pool.ts';
import { readCalendar } from '../packages/server/src/policy/calendar.ts';
import { loadRollout } from '../packages/server/src/rollouts/apply.ts';
import { readCounts, situationOf } from '../packages/server/src/rollouts/situation.ts';
import { tick } from '../packages/server/src/rollouts/tick.ts';

const TARGET = 1.5;
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
    for (const devices of SIZES) await fill(database, `r-${devices}`, devices, now);
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
      const calendar = await readCalendar(database.db);
      const deciding: number[] = [];
      for (let round = 0; round < TICKS; round++)
        deciding.push(await timed(() => decide(situationOf(row, counts, { toRecall: 0, calendar, now }))));
      costs.push({
        devices,
        counters: counts.length,
        tick: median(ticks.get(devices) ?? []),
        readCounts: median(reads.get(devices) ?? []),
        decide: median(deciding),
      });
    }
    print(costs);
  } finally {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(costs: Cost[]): void {
  const ratio = (costs[1]?.tick ?? 0) / (costs[0]?.tick ?? 1);
  if (json) return console.log(JSON.stringify({ costs, ratio, target: TARGET, reached: ratio <= TARGET }));
  for (const { devices, counters, tick, readCounts, decide } of costs)
    console.log(
      `${devices.toLocaleString('en').padStart(9)} members: ${tick.toFixed(2)} ms a tick ` +
        `(reading ${counters} counters ${readCounts.toFixed(2)}, deciding ${decide.toFixed(2)}, ` +
        `locking, calendar and commit ${(tick - readCounts - decide).toFixed(2)})`,
    );
  console.log(`ratio ${ratio.toFixed(2)}, target ${TARGET} ${ratio <= TARGET ? 'reached' : 'MISSED'}`);
}

await main();
