/** The OpenID Connect provider that was set, as it describes itself. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import {
  allowInsecureRequests,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { OidcConfig } from '../../config.ts';

const known = new WeakMap<OidcConfig, Promise<Configuration>>();

/** @returns `busy` while it cannot be reached; the next sign-in asks again */
export async function provider(oidc: OidcConfig): Promise<OrRefused<{ at: Configuration }>> {
  const asked = known.get(oidc) ?? discover(oidc);
  known.set(oidc, asked);
  try {
    return { at: await asked };
  } catch {
    known.delete(oidc);
    const because = `${oidc.label} at ${new URL(oidc.issuer).host} does not answer as a provider`;
    return { refused: refuse('busy', because, { try: 'sign in another way, or try again in a minute' }) };
  }
}

function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<Configuration> {
  const url = new URL(issuer);
  // The library would trust the connection for the id token; its signature is asked for as well. Settings let http://
  // pass for this machine only.
  const execute = [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])];
  return discovery(url, clientId, clientSecret, undefined, { execute });
}
