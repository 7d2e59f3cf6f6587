/**
 * What the gate of parity costs in a fleet of 50 dimensions with 200 values each, as the fleet grows from 10,000 to
 * 1,000,000 devices, and against the peer that needs no counters: counting the rows. And what it costs to propose the
 * cells to test from the same inventory: every value, and every two of those that a twentieth of the fleet has.
 *
 *   npm run bench:parity [-- --json]
 *
 * 10,000 devices are real rows that a trigger counts; the larger fleet has the same values a hundred times as often.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planRulesSchema, proposeCells } from '../packages/matrix/src/index.ts';
import { type InventoryView, presetPolicy, wallClock } from '../packages/protocol/src/index.ts';
import { startEmbeddedPostgres } from '../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../packages/server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../packages/server/src/db/pool.ts';
import { viewInventory } from '../packages/server/src/inventory/view.ts';
import { viewParity } from '../packages/server/src/parity/view.ts';
import { writePolicy } from '../packages/server/src/policy/policy.ts';
import { median } from './median.ts';

const DIMENSIONS = 50;
const VALUES = 200;
const DEVICES = 10_000;
const TIMES = 100;
const LOOKS = 9;
const LIMIT_MILLIS = 2_000;
const json = process.argv.includes('--json');
const names = Array.from({ length: DIMENSIONS }, (_, index) => `d${index}`);

/** Of each dimension a few values that many devices have, and many that few have; in an order of its own. */
const FILL = `
  INSERT INTO devices (device, hardware, token_hash, enrolled_at, reported_at, report)
  SELECT 'd' || n, 'th-2', decode(md5(n::text), 'hex'), 0, 0, jsonb_build_object(
    'active', 'a', 'slots', '{"a":{"state":"confirmed","version":"3.2.4"}}'::jsonb,
    'environment', (SELECT jsonb_object_agg('d' || d, 'v' || floor(${VALUES} * (((n * (2 * d + 1) + d * 7) % 997) / 997.0) ^ 4))
      FROM generate_series(0, ${DIMENSIONS - 1}) AS d))
  FROM generate_series(1, ${DEVICES}) AS n`;

const BY_ROWS = `
  SELECT e.key, e.value, count(*) FROM devices d CROSS JOIN LATERAL jsonb_each_text(d.report -> 'environment') AS e
  GROUP BY e.key, e.value`;

async function fill({ pool, db }: OpenDatabase): Promise<number> {
  const started = performance.now();
  await pool.query(FILL);
  const millis = performance.now() - started;
  await writePolicy(db, {
    ...presetPolicy('golden-rule', 'UTC'),
    parity: { dimensions: names.map((name) => ({ name })) },
  });
  const manifest = JSON.stringify({ version: '3.2.5', artifacts: [] });
  await pool.query(`INSERT INTO releases (version, manifest, created_at) VALUES ('3.2.5', $1, 0)`, [
    manifest,
  ]);
  await pool.query(`INSERT INTO testers VALUES ('k', 'ci', '', 0, NULL)`);
  await pool.query(`INSERT INTO attestations VALUES ('a', '3.2.5', 'th-2', 'k', '{}', 0)`);
  // One cell a value: each covers it in all dimensions.
  await pool.query(
    `INSERT INTO attested_cells SELECT 'a', n, '3.2.5',
       (SELECT jsonb_object_agg('d' || d, 'v' || n) FROM generate_series(0, ${DIMENSIONS - 1}) AS d),
       'passed', '', $1, 0, 0 FROM generate_series(0, ${VALUES - 2}) AS n`,
    [Date.now()],
  );
  return millis;
}

async function propose(inventory: InventoryView) {
  const dimensions = names.map((name) => ({ name, values: undefined }));
  const rules = planRulesSchema.parse({});
  const millis = await median(LOOKS, async () => proposeCells(dimensions, inventory, rules));
  const { cells, pairs } = proposeCells(dimensions, inventory, rules);
  return { millis, cells: cells.length, pairs };
}

const folder = mkdtempSync(join(tmpdir(), 'bench-parity-'));
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres(folder);
const database = openDatabase(postgres.url);
try {
  await migrate(database.pool);
  const filled = await fill(database);
  const context = { db: database.db, clock: wallClock() };
  const gate = () => viewParity(context, '3.2.5');
  const small = await median(LOOKS, gate);
  const rows = await median(LOOKS, () => database.pool.query(BY_ROWS));
  await database.pool.query('UPDATE environment_counts SET devices = devices * $1', [TIMES]);
  const large = await median(LOOKS, gate);
  const inventory = await median(LOOKS, () => viewInventory(context));
  const plan = await propose(await viewInventory(context));
  const view = await gate();
  const result = {
    dimensions: DIMENSIONS,
    values: VALUES,
    devices: DEVICES * TIMES,
    verdict: 'verdict' in view ? view.verdict : 'refused',
    gateMillis: Math.round(large),
    inventoryMillis: Math.round(inventory),
    planMillis: Math.round(plan.millis),
    planCells: plan.cells,
    planPairs: plan.pairs,
    /** 1 is a gate that does not notice the size of the fleet. */
    gateLargeToSmall: Number((large / small).toFixed(2)),
    /** Counting the rows of the small fleet, in gates of the large one; of a fleet as large it is a hundred times that. */
    rowsToGate: Number((rows / large).toFixed(1)),
    rowsAsLargeToGate: Number(((rows * TIMES) / large).toFixed(0)),
    fillMillis: Math.round(filled),
    underTwoSeconds: large < LIMIT_MILLIS && inventory + plan.millis < LIMIT_MILLIS,
  };
  process.stdout.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `${Object.entries(result)
          .map(([name, value]) => `${name.padEnd(20)} ${value}`)
          .join('\n')}\n`,
  );
} finally {
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
