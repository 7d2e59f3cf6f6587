/** Replaces the rules. Tightening them takes one person, at once; loosening them takes a second one. */
import { type Instant, isRefused, type OrRefused, type Policy } from '@tuesday/protocol';
import { isLooser } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import { settleAll } from '../approvals/requests.ts';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { knowValues } from '../inventory/tell-new.ts';
import { renewUntested } from '../parity/untested.ts';
import { checkPolicy } from './check-policy.ts';
import { type InForce, lockPolicy, readInForce, writePolicy } from './policy.ts';

export interface Loosening {
  readonly before: Policy;
  readonly after: Policy;
  /** What the new policy allows and the one in force does not, a sentence each. */
  readonly reasons: readonly string[];
  readonly actor: Actor;
  readonly because: string;
  readonly at: Instant;
}

/**
 * Asks for the consent of a second person, in the transaction of the change.
 *
 * @returns the id of the request; the policy is set with `applyPolicy` when the consent is there. Null: it takes
 *   nobody's consent
 */
export type OnLoosening = (
  trx: Kysely<Database>,
  loosening: Loosening,
) => Promise<OrRefused<{ approval: string | null }>>;

export interface PolicySet {
  /** In force after this: the old one while a consent is missing. */
  readonly policy: Policy;
  readonly approval: string | null;
}

export interface PolicyChange {
  readonly policy: Policy;
  readonly because: string;
}

export async function setPolicy(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { policy, because }: PolicyChange,
  onLoosening: OnLoosening,
): Promise<OrRefused<PolicySet>> {
  return changePolicy(db, clock.now(), async (trx, before) => {
    const after = checkPolicy(policy, clock.now());
    if (isRefused(after)) return after;
    const reasons = isLooser(before, after, clock.now());
    const change = { after: after.policy, actor, because, at: clock.now() };
    if (reasons.length > 0 && before.policy.approvals.needed > 0) {
      const asked = await onLoosening(trx, { ...change, before: before.policy, reasons });
      if (isRefused(asked)) return asked;
      if (asked.approval !== null) return { policy: before.policy, approval: asked.approval };
    }
    await applyPolicy(trx, {
      ...change,
      before: before.policy,
      verb: reasons.length > 0 ? 'policy.loosen' : 'policy.set',
      reasons,
    });
    return { policy: after.policy, approval: null };
  });
}

/** One change at a time: each sees what the one before has set. A refusal undoes everything. */
export async function changePolicy<T extends object>(
  db: Kysely<Database>,
  at: Instant,
  change: (trx: Kysely<Database>, before: InForce) => Promise<OrRefused<T>>,
): Promise<OrRefused<T>> {
  return inTransaction(db, async (trx) => {
    await lockPolicy(trx);
    return change(trx, await readInForce(trx, at));
  });
}

export interface Applied extends Omit<Loosening, 'reasons'> {
  /** `policy.set`, `policy.loosen`, … */
  readonly verb: string;
  readonly reasons?: readonly string[];
}

/**
 * Writes the policy, tells all servers and appends the audit entry.
 *
 * @param trx the transaction; the caller has checked the policy and whoever had to consent
 */
export async function applyPolicy(trx: Kysely<Database>, applied: Applied): Promise<void> {
  const { before, after, actor, because, at, verb, reasons = [] } = applied;
  await writePolicy(trx, after);
  await newDimensions(trx, before, after);
  await renewUntested(trx, at);
  // Devices may be offered something else by now: their hours may have changed.
  await notify(trx, { kind: 'offers' });
  // The policy is under every digest: whoever has consented has consented to other rules.
  await settleAll(trx, at);
  const words = reasons.length === 0 ? because : `${because} (looser: ${reasons.join(' ')})`;
  await appendAudit(trx, { at, actor, verb, object: 'policy', because: words, before, after });
}

async function newDimensions(trx: Kysely<Database>, before: Policy, after: Policy): Promise<void> {
  const known = new Set(before.parity.dimensions.map(({ name }) => name));
  const fresh = after.parity.dimensions.map(({ name }) => name).filter((name) => !known.has(name));
  if (fresh.length > 0) await knowValues(trx, fresh);
}
