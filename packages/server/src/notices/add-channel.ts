/** A further place for notices. */
import { randomBytes } from 'node:crypto';
import {
  type ChannelRequest,
  type ChannelView,
  type OrRefused,
  refuse,
  type Refusal,
} from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { sealTarget, shownTarget, viewChannels } from './channels.ts';
import { mailProblem } from './send/email.ts';
import { addressProblem } from './send/post.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

/** @returns the channel, and the signing secret of a webhook: it is shown this once */
export async function addChannel(
  { db, clock, config }: Parts,
  actor: Actor,
  { name, kinds, to }: ChannelRequest,
): Promise<OrRefused<{ channel: ChannelView; secret: string | null }>> {
  const problem = problemOf(config, to);
  if (problem) return { refused: problem };
  const channel = `n-${randomBytes(9).toString('base64url')}`;
  const secret = to.by === 'webhook' ? `whsec_${randomBytes(32).toString('base64')}` : null;
  const sealed = sealTarget(config, channel, secret === null ? to : { ...to, secret });
  const now = clock.now();
  const view = await db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('notice_channels')
      .values({ channel, name, kinds, by: to.by, shown: shownTarget(to), sealed, created_at: now })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('channel')
      .executeTakeFirst();
    if (!made) return undefined;
    await appendAudit(trx, {
      at: now,
      actor,
      verb: 'notices.add',
      object: `notice channel ${channel}`,
      because: `notices go to ${name} (${to.by})`,
      after: { name, kinds, by: to.by, to: shownTarget(to) },
    });
    return (await viewChannels(trx, channel))[0];
  });
  return view
    ? { channel: view, secret }
    : { refused: refuse('name-taken', `there is a notice channel ${name} already`, { field: 'name' }) };
}

function problemOf(config: Parts['config'], to: ChannelRequest['to']): Refusal | undefined {
  if (to.by !== 'email') {
    const problem = addressProblem(to.url);
    return problem === undefined
      ? undefined
      : refuse('bad-request', `to.url: ${problem}`, { field: 'to.url' });
  }
  const problem = mailProblem(config);
  if (problem === undefined) return undefined;
  const advice =
    'set TUESDAY_SMTP_URL (smtps://user:password@host) and TUESDAY_MAIL_FROM, and start the server again';
  return refuse('bad-request', problem, { field: 'to.by', try: advice });
}
