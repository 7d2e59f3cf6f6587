/** Which address passkeys are for: the one that was set, or the one that the browser came to. */
import { isIP } from 'node:net';
import { type OrRefused, refuse } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';

export interface RelyingParty {
  /** Relying party identifier of WebAuthn Level 3, 4: a domain. */
  readonly id: string;
  /** Where the ceremony must have been answered. */
  readonly origin: string;
}

type Asking = Pick<FastifyRequest, 'host' | 'protocol' | 'headers'>;

/** @returns `bad-request` where no passkey can work: at a bare network address */
export function relyingParty(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  request: Asking,
): OrRefused<RelyingParty> {
  const origin = publicOrigin({ publicUrl }, request);
  const { hostname, port } = new URL(origin);
  const id = hostname.toLowerCase();
  if (isIP(id.replaceAll(/[[\]]/g, '')) !== 0) {
    const isLoopback = id.startsWith('127.') || id === '[::1]';
    const instead = isLoopback ? `http://localhost${port === '' ? '' : `:${port}`}` : undefined;
    return {
      refused: refuse(
        'bad-request',
        `passkeys belong to a name, and this console was opened at the bare address ${id}`,
        {
          field: 'host',
          try:
            instead === undefined
              ? 'open the console by its name, and set TUESDAY_PUBLIC_URL'
              : `open ${instead} instead`,
        },
      ),
    };
  }
  return { id, origin };
}

/** Address of the console as the browser knows it, without a path. */
export function publicOrigin({ publicUrl }: Pick<Config, 'publicUrl'>, request: Asking): string {
  if (publicUrl !== undefined) return publicUrl;
  const { origin } = request.headers;
  const own = `${request.protocol}://${request.host}`;
  // The scheme is the browser's: a proxy that ends TLS may not have said so.
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host) return origin;
  return URL.canParse(own) ? new URL(own).origin : 'http://localhost';
}
