/** A message to one channel, in the words of its service. */
import type { ChannelRequest } from '@tuesday/protocol';
import type { Config } from '../../config.ts';
import type { Message } from '../message.ts';
import { sendEmail } from './email.ts';
import { opsgenieClose, opsgenieCreate } from './opsgenie.ts';
import { pagerDutyResolve, pagerDutyTrigger } from './pagerduty.ts';
import { post } from './post.ts';
import { slackPost } from './slack.ts';
import { teamsPost } from './teams.ts';
import { webhookPost } from './webhook.ts';

/** Where to, with its secrets. */
export type Target = ChannelRequest['to'] & { readonly secret?: string };

type Mail = Pick<Config, 'smtpUrl' | 'mailFrom'>;

/** @throws SendFailure when it did not arrive */
export async function send(mail: Mail, to: Target, message: Message, signal: AbortSignal): Promise<void> {
  switch (to.by) {
    case 'email':
      return sendEmail(mail, to.addresses, message, signal);
    case 'slack':
      return post(slackPost(to.url, message), signal);
    case 'teams':
      return post(teamsPost(to.url, message), signal);
    case 'webhook':
      return post(webhookPost({ url: to.url, secret: to.secret ?? '' }, message), signal);
    case 'pagerduty':
      await post(pagerDutyTrigger(to, message), signal);
      // A test calls nobody for longer than it takes.
      return message.kind === 'test' ? post(pagerDutyResolve(to, message.about), signal) : undefined;
    case 'opsgenie':
      await post(opsgenieCreate(to, message), signal);
      return message.kind === 'test' ? post(opsgenieClose(to, message.about, 'a test'), signal) : undefined;
    default:
      return to satisfies never;
  }
}

/** Tells a pager service that somebody is at it; the others have nothing to take back. */
export async function resolve(
  to: Target,
  about: string,
  because: string,
  signal: AbortSignal,
): Promise<void> {
  if (to.by === 'pagerduty') return post(pagerDutyResolve(to, about), signal);
  if (to.by === 'opsgenie') return post(opsgenieClose(to, about, because), signal);
}
