/**
 * A page of the devices that fit, by id. The database cannot tell how many fit what somebody wrote, so it is asked
 * twice: first among the next devices by id only, where a page of what many devices have is found at once; and where
 * that does not fill the page, among all that come after them.
 */
import type { CheckIn } from '@tuesday/protocol';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

/** Devices that are looked at first. */
const NEAR = 5_000;

export interface DeviceRow {
  device: string;
  hardware: string;
  report: CheckIn | null;
  last_seen: number | null;
}

export interface Asked {
  readonly fits: RawBuilder<boolean>;
  readonly after: string | undefined;
  readonly rows: number;
}

export async function readPage(trx: Kysely<Database>, asked: Asked): Promise<DeviceRow[]> {
  const near = sql`(SELECT * FROM devices d WHERE ${later(asked.after)} ORDER BY d.device LIMIT ${sql.lit(NEAR)})`;
  const found = await select(trx, near, asked);
  if (found.length === asked.rows) return found;
  const { rows } = await sql<{ device: string }>`
    SELECT d.device FROM devices d WHERE ${later(asked.after)}
    ORDER BY d.device OFFSET ${sql.lit(NEAR - 1)} LIMIT 1`.execute(trx);
  const last = rows[0]?.device;
  if (last === undefined) return found;
  const rest = { ...asked, after: last, rows: asked.rows - found.length };
  return [...found, ...(await select(trx, sql`devices`, rest))];
}

async function select(
  trx: Kysely<Database>,
  among: RawBuilder<unknown>,
  { fits, after, rows: limit }: Asked,
): Promise<DeviceRow[]> {
  const { rows } = await sql<DeviceRow>`
    SELECT d.device, d.hardware, d.report, c.last_seen
    FROM ${among} AS d LEFT JOIN contacts c ON c.device = d.device
    WHERE ${later(after)} AND ${fits} ORDER BY d.device LIMIT ${limit}`.execute(trx);
  return rows;
}

function later(after: string | undefined): RawBuilder<boolean> {
  return after === undefined ? sql`true` : sql`d.device > ${after}`;
}
