/** Writes what a batch of reports changed, in one statement. */
import type { PoolClient } from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { plainArray, textArray } from '../db/text-array.ts';
import type { CounterChanges } from './counters.ts';
import type { CheckInReport, Member } from './report.ts';

export interface Changes {
  /** The newest report of each device whose bytes differ from the durable one. */
  readonly reports: readonly CheckInReport[];
  readonly members: readonly { readonly before: Member; readonly after: Member }[];
  readonly counters: CounterChanges;
  /** What a report shows to be wrong, in words without spaces. */
  readonly troubleOf: (report: CheckInReport) => readonly string[];
}

/** Somebody else changed one of the rows since it was read: undo and start over. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

// A member is found by its device: `|| ''` keeps the planner from the index by rollout and state.
const WRITE = `
WITH changed_devices AS (
  UPDATE devices d SET report = u.report, report_hash = u.hash, reported_at = u.at,
    trouble_at = CASE WHEN u.trouble = '' THEN d.trouble_at ELSE u.at END,
    trouble = CASE WHEN u.trouble = '' THEN d.trouble ELSE to_jsonb(string_to_array(u.trouble, ' ')) END
  FROM unnest($1::text[], $2::jsonb[], $3::bytea[], $4::bigint[], $16::text[]) AS u (device, report, hash, at, trouble)
  WHERE d.device = u.device
), moved AS (
  UPDATE members m SET state = u.state, state_at = u.state_at, because = u.because,
    exposed = u.exposed, recalled = u.recalled, standing = string_to_array(u.standing, ' '),
    retrying = u.retrying
  FROM unnest($5::text[], $6::text[], $7::text[], $8::bigint[], $9::boolean[], $10::boolean[],
    $11::text[], $12::bigint[], $13::text[], $14::boolean[], $15::boolean[], $17::text[],
    $18::smallint[], $19::boolean[], $20::boolean[])
    AS u (device, rollout, old_state, old_at, old_exposed, old_recalled,
      state, state_at, because, exposed, recalled, standing, retries, old_retrying, retrying)
  WHERE m.device = u.device AND m.rollout || '' = u.rollout AND m.state || '' = u.old_state AND m.state_at = u.old_at
    AND m.exposed = u.old_exposed AND m.recalled = u.old_recalled
    AND m.retries = u.retries AND m.retrying = u.old_retrying
  RETURNING 1
)
SELECT count(*)::int AS members FROM moved`;

const WRITE_COUNTERS = `
WITH counts AS (
  INSERT INTO evidence_counts AS c (rollout, stage, attribute, value, state, shard, devices)
  SELECT u.rollout, u.stage, u.attribute, u.value, u.state, $1, u.devices
  FROM unnest($2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::int[])
    AS u (rollout, stage, attribute, value, state, devices)
  ON CONFLICT (rollout, stage, attribute, value, state, shard)
  DO UPDATE SET devices = c.devices + excluded.devices
)
INSERT INTO evidence_flow AS f (rollout, bucket, stage, attribute, value, state, shard, entered, departed)
SELECT u.rollout, u.bucket, u.stage, u.attribute, u.value, u.state, $1, u.entered, u.departed
FROM unnest($8::text[], $9::bigint[], $10::smallint[], $11::text[], $12::text[], $13::text[], $14::int[], $15::int[])
  AS u (rollout, bucket, stage, attribute, value, state, entered, departed)
ON CONFLICT (rollout, bucket, stage, attribute, value, state, shard)
DO UPDATE SET entered = f.entered + excluded.entered, departed = f.departed + excluded.departed`;

/** @throws Overtaken */
export async function write(client: PoolClient, changes: Changes, shard: number): Promise<void> {
  const { reports, members } = changes;
  if (reports.length + members.length === 0) return;
  const values = [
    textArray(reports.map((report) => report.device)),
    textArray(reports.map((report) => report.text)),
    reports.map((report) => report.hash),
    plainArray(reports.map((report) => report.at)),
    textArray(members.map(({ before }) => before.device)),
    textArray(members.map(({ before }) => before.rollout)),
    textArray(members.map(({ before }) => before.state)),
    plainArray(members.map(({ before }) => before.stateAt)),
    plainArray(members.map(({ before }) => before.exposed)),
    plainArray(members.map(({ before }) => before.recalled)),
    textArray(members.map(({ after }) => after.state)),
    plainArray(members.map(({ after }) => after.stateAt)),
    textArray(members.map(({ after }) => after.because)),
    plainArray(members.map(({ after }) => after.exposed)),
    plainArray(members.map(({ after }) => after.recalled)),
    textArray(reports.map((report) => changes.troubleOf(report).join(' '))),
    textArray(members.map(({ after }) => after.standing.join(' '))),
    plainArray(members.map(({ before }) => before.retries)),
    plainArray(members.map(({ before }) => before.retrying)),
    plainArray(members.map(({ after }) => after.retrying)),
  ];
  const { rows } = await client.query<{ members: number }>({
    name: 'write-reports',
    text: WRITE,
    values,
  });
  if (rows[0]?.members !== members.length) throw new Overtaken();
  await writeCounters(client, changes.counters, shard);
}

/** In the transaction that moves the members. */
export async function writeCounters(
  client: Queryable,
  counters: CounterChanges,
  shard: number,
): Promise<void> {
  const flow = counters.flow();
  if (flow.rollout.length === 0) return;
  const counts = counters.counts();
  await client.query({
    name: 'write-counters',
    text: WRITE_COUNTERS,
    values: [
      shard,
      counts.rollout,
      counts.stage,
      counts.attribute,
      counts.value,
      counts.state,
      counts.devices,
      flow.rollout,
      flow.bucket,
      flow.stage,
      flow.attribute,
      flow.value,
      flow.state,
      flow.entered,
      flow.departed,
    ],
  });
}
