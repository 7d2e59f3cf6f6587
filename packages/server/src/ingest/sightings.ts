/**
 * Devices with a code that no release documents. Ingest writes down who was seen with what, once; what follows from
 * it is done elsewhere and later (`codes/settle-codes.ts`). A fleet whose codes are all documented pays with a look
 * into a set.
 */
import { canonicalCode } from '@tuesday/protocol';
import type { PoolClient } from 'pg';
import { plainArray, textArray } from '../db/text-array.ts';
import type { CheckInReport } from './report.ts';

/** A device that invents codes fills its own page with them, and no more than that. */
const CODES_OF_A_DEVICE = 64;
/** Devices of one code beyond which nobody needs to know more of them. */
export const DEVICES_OF_A_CODE = 10_000;

const WRITE = `
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::jsonb[])
    AS u (device, code, at, release, environment)
), documented AS (
  SELECT DISTINCT asked.code FROM asked
  WHERE EXISTS (SELECT FROM documented_codes d WHERE d.code = asked.code)
), written AS (
  INSERT INTO code_sightings (device, code, at, release, environment)
  SELECT * FROM asked
  WHERE asked.code NOT IN (SELECT code FROM documented)
    AND (SELECT count(*) FROM code_sightings g WHERE g.device = asked.device) < ${CODES_OF_A_DEVICE}
    AND NOT EXISTS (SELECT FROM code_stubs s WHERE s.code = asked.code AND s.devices >= ${DEVICES_OF_A_CODE})
  ORDER BY asked.device, asked.code
  ON CONFLICT DO NOTHING
)
SELECT code FROM documented`;

interface Sighting {
  readonly report: CheckInReport;
  readonly code: string;
}

export class Sightings {
  /** Canonical. What a release has documented stays documented. */
  readonly #documented = new Set<string>();

  /**
   * @param client the transaction
   * @param reports those that are written
   */
  async write(client: PoolClient, reports: readonly CheckInReport[]): Promise<void> {
    const unknown = reports.flatMap((report) => this.#unknownIn(report));
    if (unknown.length === 0) return;
    const { rows } = await client.query<{ code: string }>({
      name: 'write-sightings',
      text: WRITE,
      values: [
        textArray(unknown.map(({ report }) => report.device)),
        textArray(unknown.map(({ code }) => code)),
        plainArray(unknown.map(({ report }) => report.at)),
        textArray(unknown.map(({ report: { body } }) => body.slots[body.active].version ?? '')),
        textArray(unknown.map(({ report: { body } }) => JSON.stringify(body.environment))),
      ],
    });
    for (const { code } of rows) this.#documented.add(code);
  }

  #unknownIn(report: CheckInReport): Sighting[] {
    const { errors } = report.body;
    if (errors.length === 0) return [];
    const codes = new Set(errors.map(canonicalCode));
    return [...codes].filter((code) => !this.#documented.has(code)).map((code) => ({ report, code }));
  }
}
