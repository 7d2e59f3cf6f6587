/** What the testers of the fleet have said about a release. */
import type { Dimension } from '@tuesday/protocol';
import { type AttestedCell, normalise } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

type Row = Omit<AttestedCell, 'soak'> & { readonly real: number; readonly device: number };

/** Values are normalised by the rules of today. What a revoked tester has signed does not count. */
export async function readAttested(
  db: Kysely<Database>,
  release: string,
  dimensions: readonly Dimension[],
): Promise<AttestedCell[]> {
  const { rows } = await sql<Row>`
    SELECT c.cell, c.result, c.because, c.at, c.real_seconds AS real, c.device_seconds AS device
    FROM attested_cells c JOIN attestations a ON a.sha256 = c.attestation JOIN testers t ON t.keyid = a.keyid
    WHERE c.release = ${release} AND t.revoked_at IS NULL ORDER BY c.at, c.attestation, c.position`.execute(
    db,
  );
  const rules = new Map(dimensions.map(({ name, normalise: of }) => [name, of]));
  return rows.map(({ cell, real, device, ...row }) => ({
    ...row,
    cell: Object.fromEntries(
      Object.entries(cell).map(([name, value]) => {
        const of = rules.get(name);
        return [name, of ? normalise(of, value) : value];
      }),
    ),
    soak: { realSeconds: real, deviceSeconds: device },
  }));
}
