/** What people hear of a rollout, in the judge's own sentences. */
import type { NoticeKind, RolloutEvent } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type Notice, putNotice, putResolve } from '../notices/put.ts';
import type { Happening, RolloutRow } from './apply.ts';

type Named = Pick<RolloutRow, 'rollout' | 'name' | 'release'>;

/** @param db the transaction of what happened */
export async function tell(
  db: Kysely<Database>,
  row: Named,
  { events, at, because }: Pick<Happening, 'events' | 'at' | 'because'>,
): Promise<void> {
  for (const event of events) {
    const [kind, what] = wordsOf(event) ?? [];
    if (kind !== undefined) await putNotice(db, at, rolloutNotice(row, kind, what ?? '', [because]));
    // Whoever sends the fleet back is at it.
    if (event.kind === 'recall-started') await putResolve(db, at, `rollout ${row.rollout}`, because);
  }
}

/** @param what the end of the title, `has halted` */
export function rolloutNotice(
  { rollout, name, release }: Named,
  kind: NoticeKind,
  what: string,
  lines: readonly string[],
): Notice {
  return {
    kind,
    title: `${name} (${release}) ${what}`,
    lines,
    path: `/rollouts/${encodeURIComponent(rollout)}`,
    about: `rollout ${rollout}`,
  };
}

/** What nobody needs to be told has no kind: what people did themselves, and what ends well. */
function wordsOf(event: RolloutEvent): [NoticeKind, string] | undefined {
  switch (event.kind) {
    case 'halted':
      return ['halted', 'has halted'];
    case 'paused':
      return event.reason === 'operator' ? undefined : ['paused', 'is paused'];
    case 'stage-passed':
      return ['gate-passed', `has passed the gate of stage ${event.stage + 1}`];
    case 'stage-opened':
      return ['stage-opened', `has opened stage ${event.stage + 1}`];
    case 'hold-out-opened':
      return ['stage-opened', 'has opened the hold-out'];
    case 'recall-started':
      return ['recall-started', 'is being recalled'];
    case 'started':
    case 'resumed':
    case 'slice-excluded':
    case 'recall-finished':
    case 'completed':
    case 'cancelled':
      return undefined;
    default:
      return event satisfies never;
  }
}
