/** Help desks that send their tickets: each has an address and a secret of its own. */
import { randomBytes } from 'node:crypto';
import { type OrRefused, refuse, type TicketHookRequest, type TicketHookView } from '@tuesday/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { TicketHooksTable } from '../db/schema-codes.ts';
import { inTransaction } from '../db/transact.ts';
import { FIRST_FLEET } from '../fleets/names.ts';
import { open, seal } from '../secrets/seal.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'fleet'>;
type Folder = Pick<Config, 'dataFolder'>;

const HOOKS = 50;
const purposeOf = (hook: string) => `ticket hook\n${hook}`;

/** @throws Error when another installation sealed it */
export function openSecret(folder: Folder, hook: string, sealed: Buffer): string {
  return open(folder, purposeOf(hook), sealed);
}

/**
 * @returns the hook, and the secret that was made for it: shown this once. Zendesk makes its own, which is given
 *   with `setTicketHookSecret`
 */
export async function addTicketHook(
  { db, clock, config, fleet }: Parts,
  actor: Actor,
  { name, desk, secret: given, prefix, fields }: TicketHookRequest,
): Promise<OrRefused<{ hook: TicketHookView; secret: string | null }>> {
  const hook = `h-${randomBytes(18).toString('base64url')}`;
  const made = given === undefined && desk === 'freshdesk' ? randomBytes(32).toString('base64url') : null;
  const secret = given ?? made;
  const at = clock.now();
  return inTransaction(db, async (trx) => {
    const sealed = secret === null ? null : seal(config, purposeOf(hook), secret);
    const { hooks } = await trx
      .selectFrom('ticket_hooks')
      .select(trx.fn.countAll<number>().as('hooks'))
      .executeTakeFirstOrThrow();
    if (hooks >= HOOKS)
      return { refused: refuse('conflict', `there are ${HOOKS} hooks already`, { try: 'remove one first' }) };
    const row = await trx
      .insertInto('ticket_hooks')
      .values({ hook, name, desk, sealed, prefix, fields: JSON.stringify(fields), created_at: at })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row)
      return { refused: refuse('name-taken', `there is a ticket hook ${name} already`, { field: 'name' }) };
    await note(trx, at, actor, 'ticket-hook.add', row, { name, desk, prefix, fields });
    return { hook: viewOf(fleet, row), secret: made };
  });
}

export async function listTicketHooks({ db, fleet }: Parts): Promise<{ hooks: TicketHookView[] }> {
  const rows = await db
    .selectFrom('ticket_hooks')
    .selectAll()
    .orderBy('created_at')
    .orderBy('hook')
    .execute();
  return { hooks: rows.map((row) => viewOf(fleet, row)) };
}

export async function setTicketHookSecret(
  { db, clock, config, fleet }: Parts,
  actor: Actor,
  hook: string,
  secret: string,
): Promise<OrRefused<TicketHookView>> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('ticket_hooks')
      .set({ sealed: seal(config, purposeOf(hook), secret) })
      .where('hook', '=', hook)
      .returningAll()
      .executeTakeFirst();
    if (!row) return noHook(hook);
    await note(trx, clock.now(), actor, 'ticket-hook.secret', row);
    return viewOf(fleet, row);
  });
}

export async function removeTicketHook(
  { db, clock }: Parts,
  actor: Actor,
  hook: string,
): Promise<OrRefused<{ ok: true }>> {
  return inTransaction(db, async (trx): Promise<OrRefused<{ ok: true }>> => {
    const row = await trx
      .deleteFrom('ticket_hooks')
      .where('hook', '=', hook)
      .returningAll()
      .executeTakeFirst();
    if (!row) return noHook(hook);
    await note(trx, clock.now(), actor, 'ticket-hook.remove', row);
    return { ok: true };
  });
}

function noHook(hook: string) {
  return { refused: refuse('not-found', `there is no ticket hook ${hook}`, { field: 'hook' }) };
}

function viewOf(fleet: string, row: Selectable<TicketHooksTable>): TicketHookView {
  const path = `/v1/ticket-hooks/${row.hook}`;
  return {
    hook: row.hook,
    name: row.name,
    desk: row.desk,
    path: fleet === FIRST_FLEET ? path : `/fleets/${fleet}${path}`,
    prefix: row.prefix,
    fields: row.fields,
    hasSecret: row.sealed !== null,
    createdAt: row.created_at,
    lastHeardAt: row.last_heard_at,
    tickets: row.tickets,
  };
}

function note(
  trx: Kysely<Database>,
  at: number,
  actor: Actor,
  verb: string,
  { hook, name, desk }: Pick<TicketHookView, 'hook' | 'name' | 'desk'>,
  after?: unknown,
): Promise<void> {
  return appendAudit(trx, {
    at,
    actor,
    verb,
    object: `ticket hook ${hook}`,
    because: `tickets of ${name} (${desk})`,
    after,
  });
}
