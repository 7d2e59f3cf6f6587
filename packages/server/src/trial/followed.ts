/** Rows of followed devices: read with what the server knows of each, and written back after a step. */
import { canonicalCode, type Instant } from '@tuesday/protocol';
import type { Followed, FollowedFacts, Tally } from '@tuesday/rollout';
import type { Queryable } from '../db/queryable.ts';
import { textArray } from '../db/text-array.ts';
import type { FollowedTable, StoredState } from '../db/schema.ts';
import type { Selectable } from 'kysely';

export type FollowedRow = Selectable<FollowedTable>;

/** A followed device with what may have happened to it. */
export interface Candidate extends FollowedRow {
  readonly last_seen: Instant | null;
  readonly trouble_at: Instant | null;
  readonly trouble_now: string[] | null;
  readonly errors_now: string[] | null;
  readonly held: boolean;
  readonly state: StoredState;
  readonly state_at: Instant;
  readonly exposed: boolean;
}

export interface Step {
  readonly rollout: string;
  readonly now: Instant;
  /** When each stage opened; null: it has not. */
  readonly openedAt: readonly (Instant | null)[];
  /** Milliseconds that installs of each stage take; null: none has been seen. */
  readonly installMillis: readonly (number | null)[];
  readonly silences: readonly [number, number, number];
  readonly installWithin: number;
  readonly hearingSince: Instant;
}

/** Devices that are read at once. */
export const CHUNK = 5_000;

// Everybody to whom something may have happened, and some to whom nothing has: `follow` decides.
const CANDIDATES = `
SELECT f.*, c.last_seen, d.trouble_at, d.trouble AS trouble_now, d.report -> 'errors' AS errors_now,
  d.held IS NOT NULL AS held, m.state, m.state_at, m.exposed
FROM followed f
  JOIN members m ON m.device = f.device AND m.rollout = f.rollout
  JOIN devices d ON d.device = f.device
  LEFT JOIN contacts c ON c.device = f.device
WHERE f.rollout = $1 AND (f.stage, f.device) > ($2, $3) AND f.departed IS NULL AND (
  m.state = 'excluded' OR (f.arm = 0 AND ($5::bigint[])[f.cohort + 1] IS NOT NULL)
  OR (f.enrolled_at IS NULL AND c.last_seen >= ($5::bigint[])[f.stage + 1])
  OR (f.enrolled_at IS NOT NULL AND f.entered_at IS NULL AND (
    (f.arm = 1 AND m.exposed AND m.state IN ('installed', 'proven') AND c.last_seen >= m.state_at)
    OR (f.arm = 0 AND c.last_seen >= f.enrolled_at + ($6::bigint[])[f.stage + 1])
    OR (f.lost IS NULL AND (m.state IN ('failed', 'rolled-back')
      OR greatest(f.enrolled_at, c.last_seen, $9) <= $4 - $8::bigint))))
  OR (f.entered_at IS NOT NULL AND (
    (d.trouble_at >= f.entered_at AND (f.trouble IS NULL OR f.metric IS NULL))
    OR (f.trouble IS NULL AND f.arm = 1 AND m.state IN ('failed', 'rolled-back'))
    OR (f.silence_1 IS NULL AND greatest(f.entered_at, c.last_seen, $9) <= $4 - ($7::bigint[])[1])
    OR (f.silence_2 IS NULL AND greatest(f.entered_at, c.last_seen, $9) <= $4 - ($7::bigint[])[2])
    OR (f.silence_3 IS NULL AND greatest(f.entered_at, c.last_seen, $9) <= $4 - ($7::bigint[])[3]))))
ORDER BY f.stage, f.device LIMIT ${CHUNK}`;

/** @param after the last one that was read */
export async function readCandidates(
  client: Queryable,
  step: Step,
  after: Pick<FollowedRow, 'stage' | 'device'>,
): Promise<Candidate[]> {
  const { rows } = await client.query<Candidate>({
    name: 'follow-candidates',
    text: CANDIDATES,
    values: [
      step.rollout,
      after.stage,
      after.device,
      step.now,
      step.openedAt,
      step.installMillis.map((millis) => (millis === null ? null : Math.round(millis))),
      step.silences.map(Math.round),
      Math.round(step.installWithin),
      step.hearingSince,
    ],
  });
  return rows;
}

export function followedOf(row: FollowedRow): Followed {
  return {
    enrolledAt: row.enrolled_at,
    enteredAt: row.entered_at,
    lost: row.lost !== null,
    trouble: row.trouble !== null,
    metric: row.metric !== null,
    silences: [row.silence_1, row.silence_2, row.silence_3].filter((bucket) => bucket !== null).length,
    left: row.departed !== null,
  };
}

/** Words of trouble that begin so are about a metric of the plan. */
export const METRIC_WORD = 'metric:';

export function factsOf(row: Candidate, step: Step): FollowedFacts {
  const standing = new Set(row.standing);
  const fresh = (row.trouble_now ?? []).filter((word) => !standing.has(word));
  const isMetric = (word: string) => word.startsWith(METRIC_WORD);
  const wrong = wentWrong(row);
  const install = step.installMillis[row.stage] ?? null;
  const waited = row.enrolled_at === null || install === null ? null : row.enrolled_at + install;
  const installed = row.state === 'installed' || row.state === 'proven' ? row.state_at : null;
  const reported = fresh.some((word) => !isMetric(word)) ? row.trouble_at : null;
  return {
    lastSeen: row.last_seen,
    troubleAt: row.arm === 1 && wrong ? Math.max(row.state_at, row.entered_at ?? 0) : reported,
    metricAt: fresh.some(isMetric) ? row.trouble_at : null,
    readyAt: row.arm === 1 ? installed : waited,
    attemptFailed: row.arm === 1 && row.entered_at === null && wrong,
    out: row.state === 'excluded' || (row.arm === 0 && (step.openedAt[row.cohort] ?? null) !== null),
  };
}

/**
 * Beyond the words that both arms are compared by, an offered device can go back, or fail. Whoever had something
 * wrong before its offer fails here only by words that are new, as a control device would.
 */
function wentWrong({ state, standing, trouble_now: words }: Candidate): boolean {
  if (state !== 'failed') return state === 'rolled-back';
  const before = standing ?? [];
  return before.length === 0 || (words ?? []).some((word) => !before.includes(word));
}

const COLUMN: Partial<Record<Tally, keyof FollowedRow>> = {
  attempted: 'attempted',
  'not-installed': 'lost',
  entered: 'entered',
  trouble: 'trouble',
  metric: 'metric',
  'silence-1': 'silence_1',
  'silence-2': 'silence_2',
  'silence-3': 'silence_3',
};

/** The row after a step in which the device did this. */
export function rowAfter(
  row: Candidate,
  after: Followed,
  tallies: readonly Tally[],
  bucket: number,
): FollowedRow {
  const next: FollowedRow = {
    ...row,
    enrolled_at: after.enrolledAt,
    entered_at: after.enteredAt,
    standing: row.enrolled_at === null && after.enrolledAt !== null ? standingOf(row) : row.standing,
    departed: after.left ? bucket : row.departed,
  };
  for (const tally of tallies) {
    const column = COLUMN[tally];
    if (column) Object.assign(next, { [column]: bucket });
  }
  return next;
}

/** What was wrong with a device before it met its offer. */
function standingOf(row: Candidate): string[] {
  return [...new Set([...(row.errors_now ?? []).map(canonicalCode), ...(row.trouble_now ?? [])])].sort();
}

/** What a followed device has been counted for, and in which bucket: the cells are made of nothing else. */
export function talliesOf(row: FollowedRow): Array<[Tally, number]> {
  const found: Array<[Tally, number]> = [];
  for (const [tally, column] of Object.entries(COLUMN) as Array<[Tally, keyof FollowedRow]>) {
    const bucket = row[column] as number | null;
    if (bucket !== null) found.push([tally, bucket]);
    else if (row.departed !== null && row.entered !== null && HAS_LEFT.has(tally))
      found.push([`${tally}-left` as Tally, row.departed]);
  }
  return found;
}

const HAS_LEFT: ReadonlySet<Tally> = new Set(['trouble', 'metric', 'silence-1', 'silence-2', 'silence-3']);

const WRITE = `
UPDATE followed f SET enrolled_at = u.enrolled_at, entered_at = u.entered_at, standing = u.standing,
  attempted = u.attempted, lost = u.lost, entered = u.entered, trouble = u.trouble, metric = u.metric,
  silence_1 = u.silence_1, silence_2 = u.silence_2, silence_3 = u.silence_3, departed = u.departed
FROM unnest($2::smallint[], $3::text[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::int[], $8::int[], $9::int[],
  $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[])
  AS u (stage, device, enrolled_at, entered_at, standing, attempted, lost, entered, trouble, metric,
    silence_1, silence_2, silence_3, departed)
WHERE f.rollout = $1 AND f.stage = u.stage AND f.device = u.device`;

export async function writeFollowed(
  client: Queryable,
  rollout: string,
  rows: readonly FollowedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const column = (name: keyof FollowedRow) => rows.map((row) => row[name]);
  await client.query({
    name: 'write-followed',
    text: WRITE,
    values: [
      rollout,
      column('stage'),
      textArray(rows.map(({ device }) => device)),
      column('enrolled_at'),
      column('entered_at'),
      rows.map(({ standing }) => (standing === null ? null : JSON.stringify(standing))),
      column('attempted'),
      column('lost'),
      column('entered'),
      column('trouble'),
      column('metric'),
      column('silence_1'),
      column('silence_2'),
      column('silence_3'),
      column('departed'),
    ],
  });
}
