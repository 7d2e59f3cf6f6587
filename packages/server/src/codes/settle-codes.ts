/**
 * What follows from codes that no release documents: a stub for each, word to people, and a call when it spreads.
 * One transaction under one lock: of many servers one does it, and a server that dies in it has done nothing.
 */
import type { Instant } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { ENGINE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { putNotice } from '../notices/put.ts';
import { readPolicy } from '../policy/policy.ts';
import { closeDocumented } from './document-release.ts';
import { openedNotices, spreadNotice, type ToldStub } from './notices.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

/** Any number, the same for all servers, with the fleet's schema beside it. */
const LOCK = 7_205_765;
/** Sightings of one round. */
const CHUNK = 5_000;
/** More codes than that at once are no codes, but something that is broken or hostile. */
export const OPEN_STUBS = 1_000;

export interface Settled {
  /** Codes that people were told of now, and those that they were called for. */
  readonly told: readonly string[];
  readonly paged: readonly string[];
}

/** @returns null: another server was at it */
export async function settleCodes({ db, clock }: Parts): Promise<Settled | null> {
  if (!(await hasWork(db))) return { told: [], paged: [] };
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(${sql.lit(LOCK)}, hashtext(current_schema())) AS mine`.execute(trx);
    if (rows[0]?.mine !== true) return null;
    const at = clock.now();
    await countSightings(trx);
    await closeDocumented(trx, at);
    return tell(trx, at);
  });
}

/** Three looks at short indexes: most of the time there is nothing. */
async function hasWork(db: Kysely<Database>): Promise<boolean> {
  const { codes } = await readPolicy(db);
  const { rows } = await sql<{ work: boolean }>`SELECT
    EXISTS (SELECT FROM code_sightings WHERE NOT counted)
    OR EXISTS (SELECT FROM code_stubs WHERE closed_at IS NULL AND (told_at IS NULL
      OR (paged_at IS NULL AND written_at IS NULL AND devices >= ${codes.pageAfter})
      OR EXISTS (SELECT FROM documented_codes d WHERE d.code = code_stubs.code))) AS work`.execute(db);
  return rows[0]?.work === true;
}

async function countSightings(trx: Kysely<Database>): Promise<void> {
  await sql`WITH taken AS MATERIALIZED (
      SELECT device, code, at, release, environment FROM code_sightings WHERE NOT counted
      ORDER BY at, device, code LIMIT ${sql.lit(CHUNK)} FOR UPDATE
    ), counted AS (
      UPDATE code_sightings g SET counted = true, environment = NULL FROM taken
      WHERE g.device = taken.device AND g.code = taken.code
    ), unknown AS MATERIALIZED (
      SELECT * FROM taken WHERE NOT EXISTS (SELECT FROM documented_codes d WHERE d.code = taken.code)
    ), first AS (
      SELECT DISTINCT ON (code) *, (SELECT count(*)::int FROM unknown u WHERE u.code = unknown.code) AS devices
      FROM unknown ORDER BY code, at, device
    ), room AS (
      SELECT greatest(0, ${sql.lit(OPEN_STUBS)} - count(*)) AS stubs FROM code_stubs WHERE closed_at IS NULL
    ), ranked AS (
      SELECT first.*, s.code IS NOT NULL AS is_open, row_number() OVER (PARTITION BY s.code IS NULL ORDER BY first.at, first.code) AS place
      FROM first LEFT JOIN code_stubs s ON s.code = first.code
    )
    INSERT INTO code_stubs AS stub
      (code, opened_at, seen_by, first_device, first_release, first_environment, devices)
    SELECT code, at, 'device', device, release, environment, devices FROM ranked
    WHERE is_open OR place <= (SELECT stubs FROM room)
    ON CONFLICT (code) DO UPDATE SET devices = stub.devices + excluded.devices,
      first_device = coalesce(stub.first_device, excluded.first_device),
      first_release = coalesce(stub.first_release, excluded.first_release),
      first_environment = coalesce(stub.first_environment, excluded.first_environment)`.execute(trx);
}

const COLUMNS = ['code', 'devices', 'first_device', 'first_release', 'first_environment'] as const;

async function tell(trx: Kysely<Database>, at: Instant): Promise<Settled> {
  const { codes } = await readPolicy(trx);
  const told = await trx
    .updateTable('code_stubs')
    .set({ told_at: at })
    .where('told_at', 'is', null)
    .where('closed_at', 'is', null)
    .returning(COLUMNS)
    .execute();
  const paged = await trx
    .updateTable('code_stubs')
    .set({ paged_at: at })
    .where('paged_at', 'is', null)
    .where('written_at', 'is', null)
    .where('closed_at', 'is', null)
    .where('devices', '>=', codes.pageAfter)
    .returning(COLUMNS)
    .execute();
  for (const notice of await openedNotices(trx, byCode(told), at)) await putNotice(trx, at, notice);
  for (const stub of byCode(paged)) await putNotice(trx, at, await spreadNotice(trx, stub, at));
  const names = { told: codesOf(told), paged: codesOf(paged) };
  if (names.told.length > 0)
    await note(trx, at, 'code.open', 'seen, and documented by no release', names.told);
  if (names.paged.length > 0)
    await note(
      trx,
      at,
      'code.page',
      `on ${codes.pageAfter} devices or more, and documented by nobody`,
      names.paged,
    );
  return names;
}

const byCode = (stubs: readonly ToldStub[]) => stubs.toSorted((a, b) => Number(a.code) - Number(b.code));
const codesOf = (stubs: readonly ToldStub[]) => byCode(stubs).map(({ code }) => code);

/** Of many codes one entry: a log that a broken firmware fills is read by nobody. */
async function note(
  trx: Kysely<Database>,
  at: Instant,
  verb: string,
  because: string,
  codes: readonly string[],
): Promise<void> {
  const object = codes.length === 1 ? `code ${codes[0]}` : `${codes.length} codes`;
  await appendAudit(trx, { at, actor: ENGINE, verb, object, because, after: { codes } });
}
