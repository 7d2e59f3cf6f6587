/** The fleet by value, from counters: as many rows as there are values, whatever the number of devices. */
import type { Dimension } from '@tuesday/protocol';
import { type DimensionCounts, normalise } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

export interface Spelling {
  readonly attribute: string;
  /** As devices report it. */
  readonly value: string;
  readonly devices: number;
  readonly firstSeenAt: number | null;
}

/** Devices that have ever reported. */
export async function countDevices(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ devices: number }>`
    SELECT coalesce(sum(devices), 0)::int AS devices FROM environment_counts WHERE attribute = ''`.execute(
    db,
  );
  return rows[0]?.devices ?? 0;
}

/** @param attributes null: all of them */
export async function readSpellings(
  db: Kysely<Database>,
  attributes: readonly string[] | null,
): Promise<Spelling[]> {
  const { rows } = await sql<Spelling>`
    SELECT c.attribute, c.value, sum(c.devices)::int AS devices, min(v.first_seen_at) AS "firstSeenAt"
    FROM environment_counts c LEFT JOIN environment_values v USING (attribute, value)
    WHERE c.attribute <> '' AND (${attributes === null} OR c.attribute = ANY(${attributes ?? []}::text[]))
    GROUP BY c.attribute, c.value HAVING sum(c.devices) > 0
    ORDER BY c.attribute, sum(c.devices) DESC, c.value`.execute(db);
  return rows;
}

/** Devices by declared dimension and normalised value; who does not report one is counted under null. */
export function countsBy(
  dimensions: readonly Dimension[],
  spellings: readonly Spelling[],
  devices: number,
): DimensionCounts[] {
  return dimensions.map((dimension) => {
    const values = new Map<string | null, number>();
    let reported = 0;
    for (const { attribute, value, devices: count } of spellings) {
      if (attribute !== dimension.name) continue;
      const name = normalise(dimension.normalise, value);
      values.set(name, (values.get(name) ?? 0) + count);
      reported += count;
    }
    if (devices > reported) values.set(null, devices - reported);
    return { dimension, values };
  });
}
