/** An exclusion must leave somebody to offer the release to, and somebody to compare with. */
import { refuse, type Refusal } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from './apply.ts';

/**
 * Call it after the devices were taken out, in the same transaction.
 *
 * @param name what is excluded, `broker = mosquitto 2.0.18`
 * @param moved stage → devices that this exclusion took out
 */
export async function refuseIfEmpty(
  db: Kysely<Database>,
  row: RolloutRow,
  name: string,
  moved: ReadonlyMap<number, number>,
): Promise<Refusal | undefined> {
  const { rows } = await sql<{ stage: number; devices: number }>`
    SELECT stage, count(*)::int AS devices FROM members
    WHERE rollout = ${row.rollout} AND state <> 'excluded' GROUP BY stage`.execute(db);
  const left = new Map(rows.map(({ stage, devices }) => [stage, devices]));
  const count = (devices: ReadonlyMap<number, number>, which: (stage: number) => boolean) =>
    [...devices].filter(([stage]) => which(stage)).reduce((sum, [, some]) => sum + some, 0);
  const stages = row.plan.stages.length;
  // Those of the hold-out stand behind the last stage and are never offered anything.
  const offerable = (stage: number) => stage < stages;
  if (count(left, offerable) === 0)
    return no(`without ${name} no device would be left that is offered the release or waits for it`);
  const { stage } = row.state;
  if (stage !== null && (left.get(stage) ?? 0) === 0)
    return no(`without ${name} no device of stage ${stage + 1} would be left to judge the release by`);
  const isControl = (one: number) => row.state.openedAt[one] === undefined;
  if (count(left, isControl) === 0 && count(moved, isControl) > 0)
    return no(
      `without ${name} no device would be left to compare with: all others have been offered the release`,
    );
  return undefined;
}

function no(because: string): Refusal {
  return refuse('bad-request', because, {
    field: 'value',
    try: 'recall the release, or go on without an exclusion',
  });
}
