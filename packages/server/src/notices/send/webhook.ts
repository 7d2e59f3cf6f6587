/** A webhook of one's own, signed by Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
import { wallClock } from '@tuesday/protocol';
import { Webhook } from 'standardwebhooks';
import type { Message } from '../message.ts';
import type { Post } from './post.ts';

/** The timestamp is real time, whatever the clock of the control plane shows: the receiver holds it against its own. */
export function webhookPost({ url, secret }: { url: string; secret: string }, message: Message): Post {
  const { id, kind, at, title, lines, link, about } = message;
  const body = JSON.stringify({
    type: kind,
    timestamp: new Date(at).toISOString(),
    data: { title, lines, link, about },
  });
  const sent = new Date(wallClock().now());
  return {
    url,
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sent.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, sent, body),
    },
  };
}
