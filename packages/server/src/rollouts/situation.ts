/** What the judge is told, from the counters: the same few rows whatever the size of the fleet. */
import {
  type Calendar,
  type Control,
  type DeviceHours,
  type Evidence,
  type Instant,
  type Signal,
  toMillis,
} from '@tuesday/protocol';
import {
  addControl,
  addEvidence,
  controlOf,
  evidenceOf,
  type Glass,
  NO_EVIDENCE,
  type ParitySituation,
  type Situation,
  type TrialReading,
  type ValueEvidence,
  type WatchSituation,
} from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database, StoredState } from '../db/schema.ts';
import type { RolloutRow } from './apply.ts';

/** How many devices of a stage that have one environment value stand in a state; '' is the whole stage. */
export interface Count {
  readonly stage: number;
  readonly attribute: string;
  readonly value: string;
  readonly state: StoredState;
  readonly devices: number;
}

type Counts = Partial<Record<StoredState, number>>;

const NO_CONTROL: Control = { devices: 0, silent: 0 };

export async function readCounts(db: Kysely<Database>, rollout: string): Promise<Count[]> {
  const { rows } = await sql<Count>`
    SELECT stage, attribute, value, state, sum(devices)::int AS devices FROM evidence_counts
    WHERE rollout = ${rollout} GROUP BY stage, attribute, value, state HAVING sum(devices) <> 0`.execute(db);
  return rows;
}

/**
 * Devices that took the release and are not back, those of excluded slices included. Who does not answer at all counts for as long as silence
 * takes to notice, then no longer: one device that never comes back must not hold the fleet's next rollout.
 */
export async function countToRecall(db: Kysely<Database>, row: RolloutRow, now: Instant): Promise<number> {
  if (row.phase !== 'recalling') return 0;
  const silentAfter = toMillis(row.plan.silentAfter);
  const patient = now < (row.state.recallStartedAt ?? now) + silentAfter;
  const { rows } = await sql<{ devices: number }>`
    SELECT count(*)::int AS devices FROM members m LEFT JOIN contacts c ON c.device = m.device
    WHERE m.rollout = ${row.rollout} AND m.state IN ('installed', 'proven', 'failed', 'silent', 'excluded')
      AND m.exposed AND NOT m.recalled
      AND (${patient} OR (m.state <> 'silent' AND c.last_seen > ${now - silentAfter}))`.execute(db);
  return rows[0]?.devices ?? 0;
}

export function situationOf(
  row: RolloutRow,
  counts: readonly Count[],
  {
    watch,
    parity,
    ...given
  }: {
    trial: TrialReading;
    signals?: readonly Signal[];
    toRecall: number;
    calendar: Calendar;
    glass?: Glass | undefined;
    deviceHours: DeviceHours | null;
    watch?: WatchSituation | undefined;
    parity?: ParitySituation | undefined;
    now: Instant;
  },
): Situation {
  const isOpen = (stage: number) => row.state.openedAt[stage] !== undefined;
  const whole = byStage(counts.filter(({ attribute }) => attribute === ''));
  const stages = Array.from({ length: row.plan.stages.length + 1 }, (_, stage) => ({
    size: row.stage_sizes[stage] ?? 0,
    evidence: evidenceOf(whole.get(stage) ?? {}, isOpen(stage)),
  }));
  const { control } = split(whole, isOpen);
  const values = valuesOf(counts, isOpen);
  const { state, plan } = row;
  return { state, plan, stages, control, values, ...given, ...(watch ? { watch } : {}), parity };
}

function valuesOf(counts: readonly Count[], isOpen: (stage: number) => boolean): ValueEvidence[] {
  const groups = new Map<string, Count[]>();
  for (const count of counts) {
    if (count.attribute === '') continue;
    const key = `${count.attribute}\0${count.value}`;
    const group = groups.get(key);
    if (group) group.push(count);
    else groups.set(key, [count]);
  }
  // In one order, so that the same counts give the same sentence.
  return [...groups.keys()].sort().map((key) => {
    const [attribute = '', value = ''] = key.split('\0');
    return { attribute, value, ...split(byStage(groups.get(key) ?? []), isOpen) };
  });
}

/** The offered devices, and those that serve as control. */
function split(
  stages: ReadonlyMap<number, Counts>,
  isOpen: (stage: number) => boolean,
): { evidence: Evidence; control: Control } {
  let evidence = NO_EVIDENCE;
  let control = NO_CONTROL;
  for (const [stage, counts] of stages) {
    if (isOpen(stage)) evidence = addEvidence(evidence, evidenceOf(counts, true));
    control = addControl(control, controlOf(counts, isOpen(stage)));
  }
  return { evidence, control };
}

function byStage(counts: readonly Count[]): Map<number, Counts> {
  const stages = new Map<number, Counts>();
  for (const { stage, state, devices } of counts) {
    const found = stages.get(stage) ?? {};
    found[state] = (found[state] ?? 0) + devices;
    stages.set(stage, found);
  }
  return stages;
}
