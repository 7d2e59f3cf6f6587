/** Creates a rollout from a plan. Nothing happens to any device before it is started. */
import { hash } from 'node:crypto';
import {
  isRefused,
  type OrRefused,
  type Plan,
  refuse,
  type Refusal,
  type RolloutView,
} from '@tuesday/protocol';
import { initialState } from '@tuesday/rollout';
import canonicalize from 'canonicalize';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { isEligible, type Terms } from './eligible.ts';
import { knownRelease, noDevices } from './known-release.ts';
import { viewRollout } from './view.ts';

export async function createRollout(
  context: Pick<Context, 'db' | 'clock' | 'random'>,
  actor: Actor,
  plan: Plan,
): Promise<OrRefused<RolloutView>> {
  const { db, clock, random } = context;
  const rollout = `r-${text(random, 8)}`;
  const at = clock.now();
  const digest = digestOf(plan);
  const refused = await db.transaction().execute(async (trx): Promise<Refusal | undefined> => {
    const release = await knownRelease(trx, plan);
    if (isRefused(release)) return release.refused;
    if (!(await anyEligible(trx, release))) return noDevices(plan.release);
    const created = await trx
      .insertInto('rollouts')
      .values({
        rollout,
        name: plan.name,
        release: plan.release,
        way_back: release.wayBack,
        plan: JSON.stringify(plan),
        plan_digest: digest,
        seed: newSeed(random),
        state: JSON.stringify(initialState()),
        phase: 'draft',
        because: 'Not started yet.',
        created_at: at,
        author: actor.label,
        author_person: actor.person,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('rollout')
      .executeTakeFirst();
    if (!created) return refuse('conflict', 'the id of the rollout is taken', { try: 'create it again' });
    await appendAudit(trx, {
      at,
      actor,
      verb: 'rollout.create',
      object: `rollout ${rollout}`,
      because: `${plan.release} by the plan ${plan.name}`,
      after: { plan, planDigest: digest },
    });
    return undefined;
  });
  return refused ? { refused } : viewRollout(context, rollout);
}

/** SHA-256 of the canonical JSON (RFC 8785) of the plan. */
export function digestOf(plan: Plan): string {
  return hash('sha256', canonicalize(plan) ?? '', 'hex');
}

/** Decides who comes first, so that nobody can choose. */
export function newSeed(random: () => number): string {
  return text(random, 24);
}

function text(random: () => number, length: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
}

async function anyEligible(db: Kysely<Database>, terms: Terms): Promise<boolean> {
  const LIMIT = 1_000;
  for (let after = ''; ;) {
    const rows = await db
      .selectFrom('devices')
      .select(['device', 'hardware', 'held', 'report'])
      .where('report', 'is not', null)
      .where('device', '>', after)
      .orderBy('device')
      .limit(LIMIT)
      .execute();
    if (rows.some((row) => isEligible(row, terms))) return true;
    if (rows.length < LIMIT) return false;
    after = rows.at(-1)?.device ?? '';
  }
}
