/** PagerDuty, Events API v2: what is about one thing is one incident, and an acknowledgement resolves it. */
import type { Message } from '../message.ts';
import type { Post } from './post.ts';

export interface PagerDuty {
  readonly url: string;
  readonly routingKey: string;
}

export function pagerDutyTrigger({ url, routingKey }: PagerDuty, message: Message): Post {
  const { kind, at, subject, lines, link, about } = message;
  return {
    url,
    body: JSON.stringify({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: keyOf(about),
      payload: {
        summary: subject.slice(0, 1_024),
        source: 'tuesday',
        severity: kind === 'test' ? 'info' : 'critical',
        timestamp: new Date(at).toISOString(),
        class: kind,
        custom_details: { about, lines },
      },
      links: link === null ? [] : [{ href: link, text: 'Open the console' }],
    }),
  };
}

export function pagerDutyResolve({ url, routingKey }: PagerDuty, about: string): Post {
  const body = { routing_key: routingKey, event_action: 'resolve', dedup_key: keyOf(about) };
  return { url, body: JSON.stringify(body) };
}

/** 255 characters at most. */
const keyOf = (about: string) => `tuesday ${about}`.slice(0, 255);
