/** The cookies of the console: the session's secret, and what ties a trip to the provider to one browser. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';

const SESSION = 'tuesday_session';
const OIDC = 'tuesday_oidc';

type Headers = Pick<FastifyRequest, 'headers'>;
type Public = Pick<Config, 'publicUrl'>;

export function secretInCookie(request: Headers): string | undefined {
  return inCookie(request, SESSION);
}

export function oidcInCookie(request: Headers): string | undefined {
  return inCookie(request, OIDC);
}

/** @param seconds real seconds; 0 removes it */
export function setCookie(
  config: Public,
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  seconds: number,
): void {
  put(config, request, reply, `${SESSION}=${secret}; Path=/; HttpOnly; SameSite=Strict`, seconds);
}

/** Lax: it must come along when the provider sends the browser back. */
export function setOidcCookie(
  config: Public,
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  seconds: number,
): void {
  put(config, request, reply, `${OIDC}=${secret}; Path=/v1/sign-in/oidc; HttpOnly; SameSite=Lax`, seconds);
}

/** A write that only a cookie vouches for must come from our own pages. */
export function isOwnPage({ publicUrl }: Public, { headers }: Headers): boolean {
  const { origin } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  if (publicUrl !== undefined && origin === publicUrl) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}

function inCookie({ headers }: Headers, name: string): string | undefined {
  return new RegExp(`(?:^|; ?)${name}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
}

function put(
  { publicUrl }: Public,
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: string,
  seconds: number,
): void {
  const isSecure =
    publicUrl?.startsWith('https:') === true ||
    request.headers['x-forwarded-proto'] === 'https' ||
    request.protocol === 'https';
  const given = reply.getHeader('set-cookie') ?? [];
  void reply.removeHeader('set-cookie');
  const line = `${cookie}; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
  void reply.header('set-cookie', [given, line].flat().map(String));
}
