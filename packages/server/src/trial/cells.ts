/** The counters of a trial: what followed devices did, by bucket, stage, stratum, slice and arm. */
import { TALLIES, type Tally } from '@tuesday/rollout';
import type { Queryable } from '../db/queryable.ts';

export interface Cell {
  readonly stage: number;
  readonly bucket: number;
  readonly stratum: number;
  readonly slice: number;
  readonly arm: number;
  /** In the order of `TALLIES`. */
  readonly tallies: number[];
}

export interface Counted {
  readonly stage: number;
  readonly stratum: number;
  readonly slices: readonly number[];
  readonly arm: number;
}

/** Adds up before anything is written. */
export class CellChanges {
  readonly #cells = new Map<string, Cell>();

  add(device: Counted, bucket: number, tally: Tally): void {
    for (const slice of device.slices) {
      const key = `${bucket} ${device.stage} ${device.stratum} ${slice} ${device.arm}`;
      let cell = this.#cells.get(key);
      if (!cell) {
        const { stage, stratum, arm } = device;
        cell = { stage, bucket, stratum, slice, arm, tallies: TALLIES.map(() => 0) };
        this.#cells.set(key, cell);
      }
      const index = TALLIES.indexOf(tally);
      cell.tallies[index] = (cell.tallies[index] ?? 0) + 1;
    }
  }

  /** In one order everywhere. */
  cells(): Cell[] {
    return [...this.#cells.keys()].sort().map((key) => this.#cells.get(key) as Cell);
  }
}

// Arrays of one length are added element by element.
const WRITE = `
INSERT INTO trial_cells AS c (rollout, stage, bucket, stratum, slice, arm, tallies)
SELECT $1, u.stage, u.bucket, u.stratum, u.slice, u.arm, string_to_array(u.tallies, ' ')::int[]
FROM unnest($2::smallint[], $3::int[], $4::smallint[], $5::smallint[], $6::smallint[], $7::text[])
  AS u (stage, bucket, stratum, slice, arm, tallies)
ON CONFLICT (rollout, bucket, stage, stratum, slice, arm) DO UPDATE SET tallies = (
  SELECT array_agg(a + b ORDER BY at) FROM unnest(c.tallies, excluded.tallies) WITH ORDINALITY AS pair (a, b, at))`;

const CHUNK = 5_000;

/** In the transaction that moves the followed devices. */
export async function writeCells(client: Queryable, rollout: string, changes: CellChanges): Promise<void> {
  const cells = changes.cells();
  for (let from = 0; from < cells.length; from += CHUNK) {
    const chunk = cells.slice(from, from + CHUNK);
    await client.query({
      name: 'write-trial-cells',
      text: WRITE,
      values: [
        rollout,
        chunk.map(({ stage }) => stage),
        chunk.map(({ bucket }) => bucket),
        chunk.map(({ stratum }) => stratum),
        chunk.map(({ slice }) => slice),
        chunk.map(({ arm }) => arm),
        chunk.map(({ tallies }) => tallies.join(' ')),
      ],
    });
  }
}
