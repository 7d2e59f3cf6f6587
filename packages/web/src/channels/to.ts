/** From what was typed to where notifications go. */
import { t } from '@lingui/core/macro';
import type { RouteBody } from '@tuesday/protocol';
import { type By, BY_WORDS } from './words.ts';

export type To = RouteBody<'addChannel'>['to'];

/** The address and the key as typed. */
export interface Typed {
  by: By;
  address: string;
  key: string;
}

const LEAST_KEY = 8;

export function addressProblem({ by, address }: Typed): string | undefined {
  const text = address.trim();
  if (by === 'email')
    return text.split(',').every((one) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(one.trim()))
      ? undefined
      : t`An e-mail address, or several with commas between them.`;
  if (text === '' && BY_WORDS[by].key !== undefined) return undefined;
  return /^https?:\/\/[^\s/]+/.test(text) ? undefined : t`An address that begins with https:// or http://.`;
}

export function keyProblem({ by, key }: Typed): string | undefined {
  if (BY_WORDS[by].key === undefined || key.trim().length >= LEAST_KEY) return undefined;
  return t`The key that the service gave you; it has at least ${LEAST_KEY} characters.`;
}

export function toOf({ by, address, key }: Typed): To {
  const url = address.trim();
  switch (by) {
    case 'email':
      return { by, addresses: url.split(',').map((one) => one.trim()) };
    case 'pagerduty':
      return { by, routingKey: key.trim(), ...(url === '' ? {} : { url }) };
    case 'opsgenie':
      return { by, apiKey: key.trim(), ...(url === '' ? {} : { url }) };
    case 'slack':
    case 'teams':
    case 'webhook':
      return { by, url };
    default:
      return by satisfies never;
  }
}
