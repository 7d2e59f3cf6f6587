/** One commander alone, in an emergency, only to stop and go back. Everybody hears of it, and it is reviewed. */
import { randomBytes } from 'node:crypto';
import {
  type FactorProof,
  type GlassAct,
  type GlassView,
  type Instant,
  isRefused,
  type OrRefused,
  type Policy,
  type Refusal,
  refuse,
  toMillis,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { type Actor, provedBy } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { orUndo, transact } from '../db/transact.ts';
import type { Principal } from '../identity/principal.ts';
import { prove } from '../identity/prove.ts';
import { putNotice } from '../notices/put.ts';
import { readPolicy } from '../policy/policy.ts';
import { actAtOnce, admitAct } from './acts.ts';
import { glassView } from './list.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export interface Breaking {
  readonly act: GlassAct;
  /** Rollout id, or device id for `unhold`. */
  readonly object: string;
  readonly because: string;
  readonly factor: FactorProof;
}

/** The proof is looked at last: a glass that is not broken uses up none. */
export async function breakGlass(
  context: Parts,
  principal: Principal,
  given: Breaking,
): Promise<OrRefused<GlassView>> {
  const { act, object, factor } = given;
  return transact(context.db, async (trx): Promise<OrRefused<GlassView>> => {
    const at = context.clock.now();
    if (principal.actor.person === null)
      return {
        refused: refuse(
          'forbidden',
          `${principal.actor.label} is a token of nobody; a person breaks the glass`,
        ),
      };
    // Locks the subject, so that of two commanders the second finds the glass broken.
    const unfit = (await admitAct(trx, act, object)) ?? (await brokenAlready(trx, act, object, at));
    if (unfit) return { refused: unfit };
    const proved = await prove(trx, context, principal, factor, `break-glass:${act}:${object}`);
    if (isRefused(proved)) return proved;
    const actor = provedBy(principal.actor, proved.factor);
    const glass = await record(trx, given, actor, await readPolicy(trx), at);
    orUndo(await actAtOnce(trx, given, actor, at));
    const row = await trx
      .selectFrom('glasses')
      .selectAll()
      .where('glass', '=', glass)
      .executeTakeFirstOrThrow();
    return glassView(row, at);
  });
}

async function brokenAlready(
  trx: Kysely<Database>,
  act: GlassAct,
  object: string,
  at: Instant,
): Promise<Refusal | undefined> {
  const live = await trx
    .selectFrom('glasses')
    .select(['glass', 'person', 'expires_at'])
    .where('act', '=', act)
    .where('object', '=', object)
    .where('used_at', 'is', null)
    .where('expired_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!live) return undefined;
  if (at < live.expires_at)
    return refuse('conflict', `${live.person} has broken the glass for this already (${live.glass})`, {
      try: 'tuesday break-glass list',
    });
  await trx.updateTable('glasses').set({ expired_at: at }).where('glass', '=', live.glass).execute();
  return undefined;
}

async function record(
  trx: Kysely<Database>,
  { act, object, because }: Breaking,
  actor: Actor,
  { breakGlass: terms }: Policy,
  at: Instant,
): Promise<string> {
  const { person, factor } = actor;
  if (person === null || factor === null) throw new TypeError('a glass is broken by a proved person');
  const glass = `g-${randomBytes(6).toString('hex')}`;
  const expires_at = at + toMillis(terms.lasts);
  const due_at = at + toMillis(terms.reviewWithin);
  const used_at = act === 'window' ? null : at;
  await trx
    .insertInto('glasses')
    .values({ glass, act, object, person, because, factor, at, expires_at, due_at, used_at })
    .execute();
  await putNotice(trx, at, {
    kind: 'glass-broken',
    title: `${person} broke the glass: ${act} ${object}`,
    lines: [
      `Because: ${because}`,
      `Proved with: ${factor}.`,
      `Another person closes its review within ${terms.reviewWithin}.`,
    ],
    path: `/break-glass/${glass}`,
    about: `glass ${glass}`,
  });
  if (act !== 'unhold') await notify(trx, { kind: 'rollout', rollout: object });
  await appendAudit(trx, {
    at,
    actor,
    verb: 'glass.break',
    object: `glass ${glass}`,
    because,
    after: { act, object, expiresAt: expires_at, reviewDueAt: due_at },
  });
  return glass;
}
