/** The cookie that carries a session's secret. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'tuesday_session';

type Headers = Pick<FastifyRequest, 'headers'>;

export function secretInCookie({ headers }: Headers): string | undefined {
  return new RegExp(`(?:^|; ?)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
}

/** @param seconds real seconds; 0 removes it */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  seconds: number,
): void {
  const secure = request.headers['x-forwarded-proto'] === 'https' || request.protocol === 'https';
  void reply.header(
    'set-cookie',
    `${COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`,
  );
}

/** A write that only a cookie vouches for must come from our own pages. */
export function isOwnPage({ headers }: Headers): boolean {
  const { origin } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}
