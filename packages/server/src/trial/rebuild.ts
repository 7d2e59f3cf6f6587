/** Counts the cells of a trial anew, from the rows of the followed devices. */
import type { Queryable } from '../db/queryable.ts';
import { CellChanges, writeCells } from './cells.ts';
import { CHUNK, type FollowedRow, talliesOf } from './followed.ts';

/** In the caller's transaction, which has locked the rollout. */
export async function rebuildCells(client: Queryable, rollout: string): Promise<void> {
  await client.query({ text: 'DELETE FROM trial_cells WHERE rollout = $1', values: [rollout] });
  const cells = new CellChanges();
  let after = { stage: -1, device: '' };
  for (;;) {
    const { rows } = await client.query<FollowedRow>({
      text: `SELECT * FROM followed WHERE rollout = $1 AND (stage, device) > ($2, $3) AND attempted IS NOT NULL
       ORDER BY stage, device LIMIT ${CHUNK}`,
      values: [rollout, after.stage, after.device],
    });
    for (const row of rows) for (const [tally, bucket] of talliesOf(row)) cells.add(row, bucket, tally);
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) break;
    after = { stage: last.stage, device: last.device };
  }
  await writeCells(client, rollout, cells);
  await client.query({
    text: 'UPDATE rollouts SET trial_epoch = trial_epoch + 1 WHERE rollout = $1',
    values: [rollout],
  });
}
