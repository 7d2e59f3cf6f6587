/** A small fleet in a fresh database, with a device side whose clock stands until it is moved. */
import type { CheckIn, Clock, Outcome, OutcomeKind, Phase } from '@tuesday/protocol';
import { planSchema } from '@tuesday/protocol';
import type { RolloutState } from '@tuesday/rollout';
import type { Pool } from 'pg';
import { readConfig } from '../config.ts';
import { hashToken } from '../devices/tokens.ts';
import { FIRST_FLEET } from '../fleets/names.ts';
import { assembleDeviceSide, type DeviceSide } from '../ingest/assembly.ts';
import type { StopBoard } from '../rollouts/stop-board.ts';
import type { FreshDatabase } from './database.ts';

export const NEW = '3.2.5';
export const OLD = '3.2.4';
const ROLLOUT = 'r-test';

/** Tuesday, 2026-11-24, 09:00 UTC. */
const START = 1_795_510_800_000;

export interface HandClock extends Clock {
  time: number;
}

export function handClock(): HandClock {
  return {
    time: START,
    rate: 1,
    now() {
      return this.time;
    },
    sleep: () => Promise.resolve(),
  };
}

export const tokenOf = (device: string) => `tsd1.${device}.${device.padEnd(43, 'x').slice(0, 43)}`;

export function report(change: Partial<CheckIn> = {}, version = OLD): CheckIn {
  return {
    protocol: 1,
    agent: '0.1.0',
    hardware: 'th-2',
    active: 'a',
    slots: { a: { state: 'confirmed', version }, b: { state: 'empty' } },
    bootAttempts: 0,
    health: { ok: true },
    errors: [],
    environment: { broker: 'mosquitto 2.0.18' },
    transport: 'http',
    updates: 0,
    rolledBackFrom: [],
    root: 1,
    ...change,
  };
}

export function outcome(kind: OutcomeKind, change: Partial<Outcome> = {}): Outcome {
  return {
    protocol: 1,
    offer: `${ROLLOUT}.u1`,
    rollout: ROLLOUT,
    kind,
    running: kind === 'installed' ? NEW : OLD,
    because: `it is ${kind}`,
    bootAttempts: 0,
    at: START,
    ...change,
  };
}

export function deviceSide(
  database: Pick<FreshDatabase, 'pool'>,
  clock: Clock,
  args: string[] = [],
  stops?: StopBoard,
): DeviceSide {
  const config = readConfig(args, {});
  if ('problem' in config) throw new Error(config.problem);
  return assembleDeviceSide(database.pool, clock, config, FIRST_FLEET, stops);
}

/** Enrolled devices `d0` to `d<count - 1>`, last heard at `START`. */
export async function enrolDevices(pool: Pool, count: number): Promise<string[]> {
  const devices = Array.from({ length: count }, (_, index) => `d${index}`);
  await pool.query(
    `INSERT INTO devices (device, hardware, token_hash, enrolled_at)
     SELECT device, 'th-2', hash, $3 FROM unnest($1::text[], $2::bytea[]) AS u (device, hash)`,
    [devices, devices.map((device) => hashToken(tokenOf(device))), START],
  );
  await pool.query('INSERT INTO contacts SELECT unnest($1::text[]), $2', [devices, START]);
  return devices;
}

const plan = planSchema.parse({
  name: 'test',
  release: NEW,
  stages: [
    { share: 0.5, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
});

/** A started rollout with stage 0 open; devices alternate between the stages and between two brokers. */
export async function startRollout(
  pool: Pool,
  devices: readonly string[],
  phase: Phase = 'soaking',
): Promise<void> {
  await pool.query(
    `INSERT INTO releases (version, manifest, created_at) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`,
    [
      NEW,
      JSON.stringify({
        version: NEW,
        errorCodes: [{ code: '0x45', title: 'x', meaning: 'x', failsHealth: true }],
      }),
    ],
  );
  await pool.query(
    `INSERT INTO rollouts (rollout, name, release, way_back, plan, plan_digest, seed, state, phase, created_at)
     VALUES ($1, 'test', $2, $3, $4, '', '', $5, $6, $7)`,
    [ROLLOUT, NEW, OLD, JSON.stringify(plan), JSON.stringify(stateIn(phase)), phase, START],
  );
  await pool.query(
    `INSERT INTO members (device, rollout, stage, stratum, environment, state_at)
     SELECT device, $2, (n - 1) % 2, '', jsonb_build_object('broker', CASE (n / 2) % 2 WHEN 0 THEN 'old' ELSE 'new' END), $3
     FROM unnest($1::text[]) WITH ORDINALITY AS u (device, n)`,
    [devices, ROLLOUT, START],
  );
  await pool.query(`INSERT INTO evidence_counts ${RECOUNT.replace('$1', `'${ROLLOUT}'`)}`);
}

export async function setPhase(pool: Pool, phase: Phase): Promise<void> {
  await pool.query('UPDATE rollouts SET phase = $2, state = $3 WHERE rollout = $1', [
    ROLLOUT,
    phase,
    JSON.stringify(stateIn(phase)),
  ]);
}

function stateIn(phase: Phase): RolloutState {
  return {
    phase,
    stage: 0,
    openedAt: { 0: START },
    passedAt: {},
    paused: [],
    startedAt: START,
    haltedAt: null,
    recallStartedAt: null,
  };
}

const RECOUNT = `
  SELECT m.rollout, m.stage, e.attribute, e.value, m.state, 0 AS shard, count(*)::int AS devices
  FROM members m CROSS JOIN LATERAL (
    SELECT '' AS attribute, '' AS value UNION ALL SELECT key, value FROM jsonb_each_text(m.environment)
  ) AS e WHERE m.rollout = $1
  GROUP BY m.rollout, m.stage, e.attribute, e.value, m.state`;

/** The counters as they stand, and as counting the members gives them. Equal, or something is lost. */
export async function countersAndRecount(
  pool: Pool,
  rollout = ROLLOUT,
): Promise<{ counters: string[]; recount: string[] }> {
  const line = (row: Record<string, unknown>) => Object.values(row).join(' ');
  const counters = await pool.query<Record<string, unknown>>(
    `SELECT stage, attribute, value, state, sum(devices)::int AS devices FROM evidence_counts WHERE rollout = $1
     GROUP BY stage, attribute, value, state HAVING sum(devices) <> 0 ORDER BY 1, 2, 3, 4`,
    [rollout],
  );
  const recount = await pool.query<Record<string, unknown>>(
    `SELECT stage, attribute, value, state, devices FROM (${RECOUNT}) AS r ORDER BY 1, 2, 3, 4`,
    [rollout],
  );
  return { counters: counters.rows.map(line), recount: recount.rows.map(line) };
}

export async function memberStates(pool: Pool): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ device: string; state: string }>(
    'SELECT device, state FROM members WHERE rollout = $1 ORDER BY device',
    [ROLLOUT],
  );
  return Object.fromEntries(rows.map((row) => [row.device, row.state]));
}
