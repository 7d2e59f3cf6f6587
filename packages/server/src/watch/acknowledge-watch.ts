/** A person says that they are watching a rollout, in their own shifts or, taking over, for the next stage. */
import { isRefused, type OrRefused, refuse, type WatchView } from '@tuesday/protocol';
import { stretchWords } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { loadRollout } from '../rollouts/apply.ts';
import { findPerson } from './people.ts';
import { readWanted, viewWatch } from './view-watch.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'organisation'>;

export async function acknowledgeWatch(
  parts: Parts,
  actor: Actor,
  rollout: string,
  takeOver: boolean,
): Promise<OrRefused<WatchView>> {
  const done = await parts.db
    .transaction()
    .execute((trx) => acknowledge(trx, parts, actor, { rollout, takeOver }));
  return isRefused(done) ? done : viewWatch(parts, rollout);
}

async function acknowledge(
  trx: Kysely<Database>,
  { clock, organisation }: Parts,
  actor: Actor,
  { rollout, takeOver }: { rollout: string; takeOver: boolean },
): Promise<OrRefused<{ ok: true }>> {
  const { person } = actor;
  if (person === null || !(await findPerson(trx, organisation, person)))
    return {
      refused: refuse('forbidden', `${actor.label} is a token of nobody, and a token watches nothing`),
    };
  const row = await loadRollout(trx, rollout);
  if (isRefused(row)) return row;
  const at = clock.now();
  const { watch, wanted } = await readWanted(trx, row, at);
  if (!wanted)
    return {
      refused: refuse('wrong-phase', `rollout ${rollout} is ${row.phase}; no stage follows that is watched`),
    };
  const isTheirs = wanted.people.includes(person);
  if (!isTheirs && !takeOver) {
    const hours = stretchWords(wanted.needs, watch.roster.zone);
    const because = `${person} is not on watch in the hours that stage ${wanted.stage + 1} needs: ${hours}`;
    const advice = `to watch it all the same: tuesday watch acknowledge ${rollout} --take-over`;
    return { refused: refuse('nobody-watches', because, { try: advice }) };
  }
  const standsIn = takeOver ? wanted.stage : null;
  await trx
    .insertInto('watch_acknowledgements')
    .values({ rollout, person, at, stands_in: standsIn })
    // Who has taken over stays in place, also when they say so again without it.
    .onConflict((conflict) =>
      conflict
        .columns(['rollout', 'person'])
        .doUpdateSet({ at, ...(standsIn === null ? {} : { stands_in: standsIn }) }),
    )
    .execute();
  await notify(trx, { kind: 'rollout', rollout });
  await appendAudit(trx, {
    at,
    actor,
    verb: 'watch.acknowledge',
    object: `rollout ${rollout}`,
    because: takeOver
      ? `${person} watches stage ${wanted.stage + 1}, in place of the roster`
      : `${person} watches this rollout`,
    after: { person, standsIn },
  });
  return { ok: true };
}
