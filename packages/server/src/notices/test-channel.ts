/** Sends a test there now, and says how it went. Nothing is tried again. */
import { randomBytes } from 'node:crypto';
import { type OrRefused, refuse, wallClock } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { openTarget, rememberHow } from './channels.ts';
import { limited, SEND_MILLIS } from './limit.ts';
import { messageOf } from './message.ts';
import { send } from './send/send.ts';

export async function testChannel(
  { db, clock, config }: Pick<Context, 'db' | 'clock' | 'config'>,
  actor: Actor,
  channel: string,
): Promise<OrRefused<{ delivered: boolean; because: string }>> {
  const row = await db
    .selectFrom('notice_channels')
    .selectAll()
    .where('channel', '=', channel)
    .executeTakeFirst();
  if (!row)
    return {
      refused: refuse('not-found', `there is no notice channel ${channel}`, { try: 'tuesday notify list' }),
    };
  const at = clock.now();
  const id = `test-${randomBytes(9).toString('base64url')}`;
  const message = messageOf(
    id,
    at,
    {
      kind: 'test',
      title: `${row.name} works`,
      lines: [`${actor.label} tests whether notices arrive here. They do.`],
      path: '/',
      about: `test ${id}`,
    },
    config,
  );
  const target = openTarget(config, row);
  const failure = await limited(wallClock(), SEND_MILLIS, (signal) =>
    send(config, target, message, signal),
  ).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const because =
    failure === undefined ? `${row.shown} has taken it.` : `${row.shown} has not taken it: ${failure}`;
  await db.transaction().execute(async (trx) => {
    await rememberHow(
      trx,
      channel,
      at,
      failure === undefined ? { delivered: true } : { failure, attempts: 1 },
    );
    await appendAudit(trx, {
      at,
      actor,
      verb: 'notices.test',
      object: `notice channel ${channel}`,
      because,
    });
  });
  return { delivered: failure === undefined, because };
}
