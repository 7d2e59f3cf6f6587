/**
 * What happened to a device and stands nowhere else: an offer the first time that it goes out, and a report that
 * describes the device differently than the one before, measurements apart. In the transaction of the report, before
 * it is written. A batch of which nothing is new costs one statement; an idle check-in never comes here.
 */
import { EVENTS_KEPT, type Offer } from '@tuesday/protocol';
import type { PoolClient } from 'pg';
import { plainArray, textArray } from '../db/text-array.ts';
import type { CheckInReport } from './report.ts';

export interface MadeOffer {
  readonly device: string;
  readonly at: number;
  readonly offer: Exclude<Offer, { kind: 'none' }>;
}

// `transport` may change with every check-in, and so may what is measured and who is heard: none makes an event.
const PART = `- ARRAY['metrics', 'relay', 'transport', 'protocol', 'agent', 'hardware', 'root']`;

const WRITE = `
WITH reported AS (
  INSERT INTO device_events (device, at, body)
  SELECT u.device, u.at, u.report - ARRAY['metrics', 'relay', 'protocol', 'hardware', 'environment', 'root', 'agent']
  FROM unnest($1::text[], $2::bigint[], $3::jsonb[]) AS u (device, at, report)
  JOIN LATERAL (SELECT d.report FROM devices d WHERE d.device = u.device OFFSET 0) AS d ON true
  WHERE d.report IS NULL OR d.report ${PART} <> u.report ${PART}
  RETURNING device
), offered AS (
  INSERT INTO device_events (device, at, offer, body)
  SELECT * FROM unnest($4::text[], $5::bigint[], $6::text[], $7::jsonb[]) AS u (device, at, offer, body)
  ON CONFLICT (device, offer) WHERE offer IS NOT NULL DO NOTHING
  RETURNING device
)
DELETE FROM device_events e USING (SELECT device FROM reported UNION SELECT device FROM offered) AS fresh
WHERE e.device = fresh.device AND e.seq <= (
  SELECT o.seq FROM device_events o WHERE o.device = fresh.device ORDER BY o.seq DESC OFFSET ${EVENTS_KEPT - 1} LIMIT 1
)`;

/** @param reports those that are written */
export async function writeEvents(
  client: PoolClient,
  reports: readonly CheckInReport[],
  offers: readonly MadeOffer[],
): Promise<void> {
  if (reports.length + offers.length === 0) return;
  await client.query({
    name: 'write-events',
    text: WRITE,
    values: [
      textArray(reports.map(({ device }) => device)),
      plainArray(reports.map(({ at }) => at)),
      textArray(reports.map(({ text }) => text)),
      textArray(offers.map(({ device }) => device)),
      plainArray(offers.map(({ at }) => at)),
      textArray(offers.map(({ offer }) => offer.offer)),
      textArray(offers.map(({ offer }) => bodyOf(offer))),
    ],
  });
}

function bodyOf({ kind, rollout, version, retry }: MadeOffer['offer']): string {
  return JSON.stringify({ rollout, version, recall: kind === 'recall', retry: retry === true });
}
