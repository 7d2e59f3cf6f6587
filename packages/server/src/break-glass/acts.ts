/** The three acts of a broken glass: when each is possible, and what it does at once. */
import {
  type GlassAct,
  type Instant,
  isRefused,
  type OrRefused,
  type Phase,
  type Refusal,
  refuse,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import type { Database } from '../db/schema.ts';
import { raiseHold } from '../fleet/raise-hold.ts';
import { apply, loadRollout } from '../rollouts/apply.ts';
import { isSignedRecovery } from './signed-recovery.ts';

/** Phases from which a next stage can come. */
const BEFORE_A_STAGE: readonly Phase[] = ['draft', 'scheduled', 'soaking'];

/**
 * Locks the subject.
 *
 * @returns why the act is not possible, or needs no glass
 */
export async function admitAct(
  trx: Kysely<Database>,
  act: GlassAct,
  object: string,
): Promise<Refusal | undefined> {
  if (act === 'unhold') return admitUnhold(trx, object);
  const row = await loadRollout(trx, object);
  if (isRefused(row)) return row.refused;
  const { phase } = row;
  if (act === 'recall')
    return phase === 'completed'
      ? undefined
      : refuse('wrong-phase', `rollout ${object} is ${phase}; a glass is for one that is completed`, {
          try: `one operator: tuesday rollout recall ${object}`,
        });
  if (!BEFORE_A_STAGE.includes(phase))
    return refuse('wrong-phase', `rollout ${object} is ${phase}; no stage of it can open`);
  if (await isSignedRecovery(trx, row.release)) return undefined;
  return refuse(
    'not-a-recovery',
    `release ${row.release} is not signed as a recovery, and breaking the glass never pushes an ordinary release`,
  );
}

async function admitUnhold(trx: Kysely<Database>, device: string): Promise<Refusal | undefined> {
  const row = await trx
    .selectFrom('devices')
    .select('held')
    .where('device', '=', device)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return refuse('not-found', `there is no device ${device}`, { field: 'object' });
  return row.held === null
    ? refuse('wrong-phase', `device ${device} is not held`, { try: 'nothing is to be done' })
    : undefined;
}

/** `window` waits for the judge. */
export async function actAtOnce(
  trx: Kysely<Database>,
  { act, object, because }: { readonly act: GlassAct; readonly object: string; readonly because: string },
  actor: Actor,
  at: Instant,
): Promise<OrRefused<object>> {
  if (act === 'window') return {};
  if (act === 'unhold') return raiseHold(trx, { device: object, actor, because, at });
  const row = await loadRollout(trx, object);
  if (isRefused(row)) return row;
  return apply(trx, row, {
    events: [{ kind: 'recall-started' }],
    at,
    actor,
    because: `Recalled by ${actor.label} alone, with a broken glass: ${because}`,
    verb: 'rollout.recall',
  });
}
