/** What a rehearsal needs to know about the fleet: environments with their counts, and its usual silence. */
import { compositionSchema, type Composition } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { TOO_FINE } from '../rollouts/cohorts.ts';

const CELLS_AT_MOST = 20_000;
const MINUTES = [45, 120, 480];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Devices away for longer are gone, not away. */
const GONE = 30 * DAY;
/** Where a fleet's own history says nothing yet. */
const TROUBLE_PER_DAY = 0.005;

interface Attribute {
  attribute: string;
  values: number;
}

export async function viewComposition({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<Composition> {
  const now = clock.now();
  const attributes = await readAttributes(db);
  const kept = attributes.filter(({ values }) => values <= TOO_FINE);
  const dropped = attributes.filter(({ values }) => values > TOO_FINE).map(({ attribute }) => attribute);
  let cells = await readCells(db, kept);
  while (cells.length > CELLS_AT_MOST) {
    dropped.push(kept.pop()?.attribute ?? '');
    cells = await readCells(db, kept);
  }
  const silence = await readSilence(db, now);
  const devices = cells.reduce((sum, cell) => sum + cell.devices, 0);
  const without = dropped.length === 0 ? '' : `, without ${dropped.join(', ')}`;
  return compositionSchema.parse({
    devices,
    cells,
    ...silence,
    source: `the ${devices} devices that have reported to this control plane${without}`.slice(0, 300),
  });
}

/** What enrolment says about the hardware goes before what the device says about itself. */
const ENVIRONMENT = sql`coalesce(d.report -> 'environment', '{}') || jsonb_build_object('hardware', d.hardware)`;

/** Fewest values first. */
async function readAttributes(db: Kysely<Database>): Promise<Attribute[]> {
  const { rows } = await sql<Attribute>`
    SELECT e.key AS attribute, count(DISTINCT e.value)::int AS values
    FROM devices d CROSS JOIN LATERAL jsonb_each_text(${ENVIRONMENT}) AS e
    WHERE d.report IS NOT NULL GROUP BY e.key ORDER BY 2, 1`.execute(db);
  return rows;
}

async function readCells(
  db: Kysely<Database>,
  attributes: readonly Attribute[],
): Promise<Composition['cells']> {
  const names = attributes.map(({ attribute }) => attribute);
  const { rows } = await sql<Composition['cells'][number]>`
    SELECT environment, count(*)::int AS devices FROM (
      SELECT coalesce((SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each_text(${ENVIRONMENT}) AS e
        WHERE e.key = ANY(${names}::text[])), '{}') AS environment
      FROM devices d WHERE d.report IS NOT NULL
    ) AS environments GROUP BY environment ORDER BY 2 DESC, environment::text LIMIT ${sql.lit(CELLS_AT_MOST + 1)}`.execute(
    db,
  );
  return rows;
}

async function readSilence(
  db: Kysely<Database>,
  now: number,
): Promise<Pick<Composition, 'silence' | 'troublePerDay'>> {
  const { rows } = await sql<{ minutes: number; share: number | null }>`
    SELECT u.minutes, avg((c.last_seen <= ${now}::bigint - u.minutes * ${MINUTE}::bigint)::int)::float AS share
    FROM unnest(${MINUTES}::bigint[]) AS u (minutes) LEFT JOIN contacts c ON c.last_seen > ${now - GONE}
    GROUP BY u.minutes ORDER BY u.minutes`.execute(db);
  const trouble = await sql<{ share: number | null; since: number | null }>`
    SELECT avg((coalesce(trouble_at, 0) > ${now - DAY})::int)::float AS share, min(enrolled_at) AS since
    FROM devices WHERE report IS NOT NULL`.execute(db);
  const [found] = trouble.rows;
  const old = found?.since != null && found.since < now - DAY;
  return {
    silence: rows.map(({ minutes, share }) => ({ minutes, share: share ?? 0 })),
    troublePerDay: old ? (found?.share ?? 0) : TROUBLE_PER_DAY,
  };
}
