/**
 * A message from a pager service, signed by Standard Webhooks 1.0 with the secret of a webhook channel. Believed only
 * while its timestamp is within five minutes of real time, and once.
 */
import {
  type HookMessage,
  hookMessageSchema,
  isRefused,
  type OrRefused,
  refuse,
  refuseParse,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import type { Actor } from '../audit/actor.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { acknowledgeHaltIn } from '../watch/acknowledge-halt.ts';
import { findPerson } from '../watch/people.ts';
import { openTarget } from './channels.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'organisation'>;

export interface Incoming {
  readonly channel: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** As it came. */
  readonly text: string;
  readonly origin: string;
}

/** The same for a channel that is not there: nobody learns which are. */
const NOT_SIGNED = {
  refused: refuse(
    'unauthenticated',
    'the message is not signed with the secret of this channel, or not just now',
    {
      try: 'sign webhook-id, webhook-timestamp and the body with the whsec_ secret, and mind the clock',
    },
  ),
};

export async function receiveHook(parts: Parts, incoming: Incoming): Promise<OrRefused<{ ok: true }>> {
  const verified = await verify(parts, incoming);
  if (isRefused(verified)) return verified;
  return inTransaction(parts.db, (trx) => act(trx, parts, incoming, verified));
}

interface Verified {
  readonly name: string;
  readonly id: string;
  readonly message: HookMessage;
}

async function verify(
  { db, config }: Parts,
  { channel, headers, text }: Incoming,
): Promise<OrRefused<Verified>> {
  const row = await db
    .selectFrom('notice_channels')
    .selectAll()
    .where('channel', '=', channel)
    .where('by', '=', 'webhook')
    .executeTakeFirst();
  const given = signedWith(headers);
  if (!row || !given) return NOT_SIGNED;
  const target = openTarget(config, row);
  try {
    new Webhook(target.secret ?? '').verify(text, given, { jsonParse: false });
  } catch {
    return NOT_SIGNED;
  }
  const message = parse(text);
  return isRefused(message) ? message : { name: row.name, id: given['webhook-id'], message };
}

/** The three headers, each once and short; anything else is not worth verifying. */
function signedWith(headers: Incoming['headers']) {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name],
  );
  if (typeof id !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(id)) return undefined;
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (typeof signature !== 'string' || signature.length > 1_024) return undefined;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

function parse(text: string): OrRefused<HookMessage> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: refuse('bad-request', 'the body is not JSON') };
  }
  const parsed = hookMessageSchema.safeParse(value);
  return parsed.success ? parsed.data : { refused: refuseParse(parsed.error) };
}

async function act(
  trx: Kysely<Database>,
  parts: Parts,
  { channel, origin }: Incoming,
  { name, id, message }: Verified,
): Promise<OrRefused<{ ok: true }>> {
  await sql`DELETE FROM hook_messages WHERE received_at < now() - interval '1 hour'`.execute(trx);
  const first = await trx
    .insertInto('hook_messages')
    .values({ channel, message: id })
    .onConflict((conflict) => conflict.doNothing())
    .returning('message')
    .executeTakeFirst();
  if (!first) return { refused: refuse('conflict', `the message ${id} has come before`) };
  const { rollout, person } = message;
  if (person !== undefined && !(await findPerson(trx, parts.organisation, person)))
    return { refused: refuse('bad-request', `there is no person ${person}`, { field: 'person' }) };
  const actor: Actor = { label: `hook ${name}`, person: null, origin, factor: null };
  const by = person === undefined ? name : `${person} (by ${name})`;
  const done = await acknowledgeHaltIn(trx, { at: parts.clock.now(), actor, rollout, by });
  return isRefused(done) ? done : { ok: true };
}
