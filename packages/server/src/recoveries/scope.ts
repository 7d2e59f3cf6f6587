/** What the devices of a campaign, or of a plan that is being thought of, are looked at with. */
import type { CampaignRoad, Instant } from '@tuesday/protocol';
import type { SignedFacts } from '@tuesday/rollout';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { textArray } from '../db/text-array.ts';
import { silentAfter } from '../fleet/history.ts';
import type { CampaignRow } from './campaign.ts';
import { readSigned, type SignedReleases } from './signed.ts';

const HOUR = 3_600_000;

export interface Scope {
  /** Rows of device, visited_at, given_up_at and given_up_because. */
  readonly source: RawBuilder<unknown>;
  readonly release: string;
  readonly roads: readonly CampaignRoad[];
  readonly waitMillis: number;
  readonly startedAt: Instant | null;
  readonly now: Instant;
  /** Milliseconds. */
  readonly silentAfter: number;
  /** The release that went wrong; null: it is not known to be one. */
  readonly broken: string | null;
  readonly signed: SignedReleases;
  readonly ofRelease: SignedFacts;
}

type Parts = Pick<Context, 'clock' | 'config'>;

export async function scopeOf(
  db: Kysely<Database>,
  { clock, config }: Parts,
  row: CampaignRow,
): Promise<Scope> {
  const signed = await readSigned(db);
  return {
    source: sql`SELECT device, visited_at, given_up_at, given_up_because FROM recovery_devices
      WHERE recovery = ${row.recovery}`,
    release: row.release,
    roads: row.roads,
    waitMillis: row.wait_hours * HOUR,
    startedAt: row.started_at,
    now: clock.now(),
    silentAfter: silentAfter(config),
    broken: await brokenIn(db, row.incident),
    signed,
    ofRelease: signed.get(row.release) ?? new Map(),
  };
}

export interface Thought {
  readonly release: string;
  readonly roads: readonly CampaignRoad[];
  readonly waitHours: number;
}

/** @param devices ids */
export async function scopeOfThought(
  db: Kysely<Database>,
  { clock, config }: Parts,
  { release, roads, waitHours }: Thought,
  devices: readonly string[],
): Promise<Scope> {
  const signed = await readSigned(db);
  return {
    source: sql`SELECT device, NULL::bigint AS visited_at, NULL::bigint AS given_up_at,
      NULL::text AS given_up_because FROM unnest(${textArray(devices)}::text[]) AS u (device)`,
    release,
    roads,
    waitMillis: waitHours * HOUR,
    startedAt: null,
    now: clock.now(),
    silentAfter: silentAfter(config),
    broken: null,
    signed,
    ofRelease: signed.get(release) ?? new Map(),
  };
}

async function brokenIn(db: Kysely<Database>, incident: string | null): Promise<string | null> {
  if (incident === null) return null;
  const row = await db
    .selectFrom('incidents')
    .select('release')
    .where('incident', '=', incident)
    .executeTakeFirst();
  return row?.release ?? null;
}
