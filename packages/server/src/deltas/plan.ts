/**
 * Which deltas a release is worth: from its way back, from the versions that most devices of its hardware run, and
 * back along the way back, so that a recall is short as well. Planned once a release, off the path of any request.
 */
import type { Artifact, ReleaseManifest } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { publishedManifest } from '../releases/published-manifest.ts';

/** Of the versions that most devices run, so many for each hardware model. */
const MOST_RUN = 3;

/** The slot that is active, whatever its state. */
const RUNNING = sql<string | null>`report -> 'slots' -> (report ->> 'active') ->> 'version'`;

interface Wish {
  readonly hardware: string;
  readonly from: string;
  readonly to: string;
}

/** @returns the releases that were planned now */
export async function planDeltas({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<string[]> {
  const waiting = await db
    .selectFrom('releases')
    .leftJoin('delta_plans', 'delta_plans.release', 'releases.version')
    .select('releases.version')
    .where('releases.state', '=', 'published')
    .where('delta_plans.release', 'is', null)
    .orderBy('releases.published_at')
    .execute();
  const planned: string[] = [];
  for (const { version } of waiting) {
    const done = await db.transaction().execute((trx) => plan(trx, version, clock.now()));
    if (done) planned.push(version);
  }
  return planned;
}

/** @returns false when another server has planned it meanwhile */
async function plan(trx: Kysely<Database>, version: string, now: number): Promise<boolean> {
  const mine = await trx
    .insertInto('delta_plans')
    .values({ release: version, planned_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('release')
    .executeTakeFirst();
  if (!mine) return false;
  const release = await publishedManifest(trx, version);
  if (!release) return true;
  for (const wish of await wishes(trx, release)) await want(trx, wish, now);
  return true;
}

async function wishes(
  trx: Kysely<Database>,
  { version, wayBack, artifacts }: ReleaseManifest,
): Promise<Wish[]> {
  const running = await mostRun(trx);
  return artifacts.flatMap(({ hardware }) => {
    const back = wayBack === undefined ? [] : [wayBack];
    const from = new Set([...back, ...(running.get(hardware) ?? [])]);
    from.delete(version);
    return [
      ...[...from].map((one) => ({ hardware, from: one, to: version })),
      ...back.map((one) => ({ hardware, from: version, to: one })),
    ];
  });
}

/** Versions by hardware, the most frequent first. */
async function mostRun(trx: Kysely<Database>): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ hardware: string; version: string }>`
    SELECT hardware, version FROM (
      SELECT hardware, ${RUNNING} AS version, row_number() OVER (
        PARTITION BY hardware ORDER BY count(*) DESC, ${RUNNING}) AS place
      FROM devices WHERE ${RUNNING} IS NOT NULL GROUP BY 1, 2
    ) AS counted WHERE place <= ${sql.lit(MOST_RUN)} ORDER BY hardware, place`.execute(trx);
  const versions = new Map<string, string[]>();
  for (const { hardware, version } of rows)
    versions.set(hardware, [...(versions.get(hardware) ?? []), version]);
  return versions;
}

/** Nothing when one of the two has no artifact for the hardware, or both have the same bytes. */
async function want(trx: Kysely<Database>, wish: Wish, now: number): Promise<void> {
  const [from, to] = [await artifactOf(trx, wish.from, wish), await artifactOf(trx, wish.to, wish)];
  if (!from || !to || from.sha256 === to.sha256) return;
  await trx
    .insertInto('deltas')
    .values({
      from_sha256: from.sha256,
      to_sha256: to.sha256,
      from_version: wish.from,
      to_version: wish.to,
      hardware: wish.hardware,
      planned_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function artifactOf(
  trx: Kysely<Database>,
  version: string,
  { hardware }: Pick<Wish, 'hardware'>,
): Promise<Artifact | undefined> {
  return (await publishedManifest(trx, version))?.artifacts.find(
    (artifact) => artifact.hardware === hardware,
  );
}
