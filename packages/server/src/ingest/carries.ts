/**
 * What devices that relay are asked to carry: the releases of running campaigns for devices that they hear. A hint; each
 * fetches only what its verified metadata lists as a recovery. A batch in which nobody relays costs nothing here.
 */
import { targetPath } from '@tuesday/protocol';
import type { PoolClient } from 'pg';
import { textArray } from '../db/text-array.ts';
import type { CheckInReport, Report } from './report.ts';

/** Target paths by device. */
export type Carries = ReadonlyMap<string, readonly string[]>;

/** Of one answer, as the protocol bounds it. */
const MOST = 4;
const NONE: Carries = new Map();

interface Row {
  readonly device: string;
  readonly release: string;
  readonly hardware: string;
}

export async function readCarries(client: PoolClient, reports: readonly Report[]): Promise<Carries> {
  const pairs = reports.filter(isGiving).flatMap(({ device, body }) => {
    return (body.relay?.heard ?? []).map((heard) => ({ device, heard }));
  });
  if (pairs.length === 0) return NONE;
  const { rows } = await client.query<Row>({
    name: 'read-carries',
    text: `SELECT DISTINCT u.device, r.release, d.hardware
      FROM unnest($1::text[], $2::text[]) AS u (device, heard)
        JOIN recovery_devices w ON w.device = u.heard AND w.given_up_at IS NULL
        JOIN recoveries r ON r.recovery = w.recovery AND r.state = 'running' AND 'relay' = ANY(r.roads)
        JOIN LATERAL (SELECT d.hardware FROM devices d WHERE d.device = u.heard OFFSET 0) AS d ON true
      ORDER BY 1, 2, 3`,
    values: [textArray(pairs.map(({ device }) => device)), textArray(pairs.map(({ heard }) => heard))],
  });
  const carries = new Map<string, string[]>();
  for (const { device, release, hardware } of rows) {
    const own = carries.get(device) ?? [];
    if (own.length < MOST) carries.set(device, [...own, targetPath(release, hardware)]);
  }
  return carries;
}

function isGiving(report: Report): report is CheckInReport {
  return report.kind === 'check-in' && report.body.relay?.gives === true;
}
