/** What a help desk sends: where in it what stands, and how it proves that it is who it says. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { deviceIdSchema, type HookFields, type Instant, parseCode, type TicketDesk } from '@tuesday/protocol';
import { findCodes } from './find-codes.ts';
import { momentOf } from './moment.ts';
import type { GivenTicket } from './store.ts';

type Headers = Readonly<Record<string, unknown>>;

/** Real milliseconds for which a signature is believed. */
const BELIEVED = 5 * 60_000;

/**
 * Zendesk signs its timestamp and the body (developer.zendesk.com, "Verifying webhooks"): base64 of HMAC-SHA256.
 *
 * @param now real time
 */
export function isSignedByZendesk(headers: Headers, text: string, secret: string, now: Instant): boolean {
  const signature = headers['x-zendesk-webhook-signature'];
  const timestamp = headers['x-zendesk-webhook-signature-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || timestamp.length > 40) return false;
  const at = momentOf(timestamp, undefined);
  if (typeof at === 'object' || Math.abs(now - at) > BELIEVED) return false;
  const expected = createHmac('sha256', secret).update(timestamp).update(text).digest('base64');
  return isSame(signature, expected);
}

/**
 * Freshdesk signs nothing. Its rules send headers of one's own, or name and password: the secret stands in
 * `x-tuesday-secret`, or is the password.
 */
export function isFromFreshdesk(headers: Headers, secret: string): boolean {
  const given = headers['x-tuesday-secret'];
  if (typeof given === 'string') return isSame(given, secret);
  const [, basic] = /^Basic ([A-Za-z0-9+/=]{1,2048})$/i.exec(String(headers['authorization'] ?? '')) ?? [];
  if (basic === undefined) return false;
  const pair = Buffer.from(basic, 'base64').toString();
  return isSame(pair.slice(pair.indexOf(':') + 1), secret);
}

/** Takes as long whatever is wrong. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}

type Path = keyof Omit<HookFields, 'text'>;

/** Each with the places where the help desk puts it by itself; the first that is there counts. */
const USUAL: Readonly<Record<TicketDesk, Readonly<Record<Path | 'text', readonly string[]>>>> = {
  // A trigger sends what its author writes, an event subscription has its own form.
  zendesk: {
    ticket: ['ticket', 'id', 'ticket_id', 'ticket.id', 'detail.id'],
    code: ['code', 'error_code'],
    device: ['device', 'device_id'],
    customer: ['customer', 'requester', 'requester_id', 'detail.requester_id'],
    at: ['created_at', 'at', 'detail.created_at'],
    text: ['subject', 'title', 'tags', 'description', 'detail.subject', 'detail.tags', 'detail.description'],
  },
  freshdesk: {
    ticket: ['freshdesk_webhook.ticket_id', 'ticket_id', 'ticket', 'id', 'ticket.id'],
    code: ['freshdesk_webhook.ticket_cf_error_code', 'code', 'error_code'],
    device: ['freshdesk_webhook.ticket_cf_device', 'device', 'device_id'],
    customer: ['freshdesk_webhook.ticket_contact_unique_external_id', 'customer', 'requester_id'],
    at: ['freshdesk_webhook.ticket_created_at', 'created_at', 'at'],
    text: [
      'freshdesk_webhook.ticket_subject',
      'freshdesk_webhook.ticket_tags',
      'freshdesk_webhook.ticket_description',
      'subject',
      'tags',
      'description',
      'ticket.subject',
      'ticket.description',
    ],
  },
};

/**
 * @param body parsed JSON
 * @returns the ticket as it stands in the message, or the field that is missing or wrong
 */
export function readTicket(
  desk: TicketDesk,
  fields: HookFields,
  body: unknown,
): GivenTicket | { readonly field: string; readonly wrong: string } {
  const find = (key: Path) => {
    const paths = fields[key] === undefined ? USUAL[desk][key] : [fields[key]];
    return paths.map((path) => textAt(body, path)).find((text) => text !== undefined && text !== '');
  };
  const ticket = find('ticket');
  if (ticket === undefined || ticket.length > 80)
    return { field: fields.ticket ?? 'ticket', wrong: 'a ticket has a number of 1 to 80 characters' };
  const created = find('at');
  const at = created === undefined ? undefined : momentOf(created, 'UTC');
  if (typeof at === 'object')
    return { field: fields.at ?? 'created_at', wrong: `"${created?.slice(0, 40)}" ${at.wrong}` };
  const given = find('code') ?? '';
  const code = parseCode(given);
  const texts = [given, ...(fields.text ?? USUAL[desk].text).map((path) => textAt(body, path) ?? '')];
  const device = find('device');
  const customer = find('customer')?.slice(0, 200);
  return {
    ticket,
    codes: code === undefined ? findCodes(texts) : [code],
    ...(device !== undefined && deviceIdSchema.safeParse(device).success ? { device } : {}),
    ...(customer === undefined ? {} : { customer }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Numbers and lists of words as text; undefined where there is nothing. */
function textAt(body: unknown, path: string): string | undefined {
  let value = body;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string').join(' ');
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : undefined;
}
