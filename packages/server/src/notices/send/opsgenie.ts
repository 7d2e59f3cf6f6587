/** Opsgenie, Alert API v2: what is about one thing is one alert, and an acknowledgement closes it. */
import type { Message } from '../message.ts';
import type { Post } from './post.ts';

export interface Opsgenie {
  readonly url: string;
  readonly apiKey: string;
}

export function opsgenieCreate({ url, apiKey }: Opsgenie, message: Message): Post {
  const { kind, subject, lines, link, about } = message;
  return {
    url,
    headers: headersOf(apiKey),
    body: JSON.stringify({
      message: subject.slice(0, 130),
      alias: aliasOf(about),
      description: [...lines, ...(link === null ? [] : [link])].join('\n').slice(0, 15_000),
      priority: kind === 'test' ? 'P5' : 'P1',
      source: 'tuesday',
      tags: [kind],
    }),
  };
}

export function opsgenieClose({ url, apiKey }: Opsgenie, about: string, because: string): Post {
  const close = new URL(url);
  close.pathname = `${close.pathname.replace(/\/+$/, '')}/${encodeURIComponent(aliasOf(about))}/close`;
  close.searchParams.set('identifierType', 'alias');
  const body = { source: 'tuesday', note: because.slice(0, 25_000) };
  return { url: close.href, headers: headersOf(apiKey), body: JSON.stringify(body) };
}

const headersOf = (apiKey: string) => ({ authorization: `GenieKey ${apiKey}` });
const aliasOf = (about: string) => `tuesday ${about}`.slice(0, 512);
