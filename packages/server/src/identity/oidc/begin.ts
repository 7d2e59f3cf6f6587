/** Sends the browser to the provider: OpenID Connect Core 1.0, 3.1.2, with PKCE (RFC 7636). */
import { randomBytes } from 'node:crypto';
import { isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import {
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import type { Context } from '../../context.ts';
import { hashToken } from '../../devices/tokens.ts';
import { seal } from '../../secrets/seal.ts';
import { beginCeremony } from '../ceremonies/ceremony.ts';
import { setOidcCookie } from '../cookie.ts';
import { publicOrigin } from '../relying-party.ts';
import type { Http } from '../sign-in/let-in.ts';
import { provider } from './provider.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

/** Real seconds. */
const PATIENCE = 300;

export const CALLBACK = '/v1/sign-in/oidc/callback';

/** What the trip must come back with. */
export interface Trip {
  readonly nonce: string;
  readonly verifier: string;
}

export async function beginOidcSignIn(
  { db, clock, config }: Parts,
  { request, reply }: Http,
): Promise<OrRefused<object> | void> {
  const { oidc } = config;
  if (!oidc) return { refused: refuse('not-found', 'no OpenID Connect provider is set here') };
  const found = await provider(oidc);
  if (isRefused(found)) return found;
  const trip: Trip = { nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const browser = randomBytes(32).toString('base64url');
  const origin = publicOrigin(config, request);
  const state = await beginCeremony(db, clock, {
    kind: 'oidc',
    person: null,
    // The browser that left is the one that comes back: nobody is signed in to somebody else's account.
    purpose: browserPurpose(browser),
    challenge: seal(config, 'oidc', JSON.stringify(trip)).toString('base64url'),
    origin,
  });
  setOidcCookie(config, request, reply, browser, PATIENCE);
  const url = buildAuthorizationUrl(found.at, {
    redirect_uri: `${origin}${CALLBACK}`,
    scope: 'openid email profile',
    response_type: 'code',
    code_challenge: await calculatePKCECodeChallenge(trip.verifier),
    code_challenge_method: 'S256',
    nonce: trip.nonce,
    state,
  });
  await reply.redirect(url.href);
}

export function browserPurpose(secret: string): string {
  return hashToken(`oidc\n${secret}`).toString('base64url');
}
