/** What the audit log says of acts on accounts: they concern the whole organisation. */
import type { FactorKind } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { appendAudit } from '../../audit/append.ts';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import type { Principal } from '../principal.ts';

interface Act {
  readonly verb: string;
  readonly object: string;
  readonly because: string;
  /** Null: the act was not proved. */
  readonly factor: FactorKind | null;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** @param db the transaction; call it last */
export async function auditAccount(
  db: Kysely<Database>,
  { clock }: Pick<Context, 'clock'>,
  { actor, organisation }: Pick<Principal, 'actor' | 'organisation'>,
  { factor, ...act }: Act,
): Promise<void> {
  await appendAudit(db, {
    at: clock.now(),
    actor: { ...actor, factor },
    ...act,
    place: { organisation, fleet: null },
  });
}
