/** The browser is back from the provider: OpenID Connect Core 1.0, 3.1.2.5 to 3.1.3.7, and RFC 9207. */
import { isRefused, type OrRefused, refuse, type Refusal } from '@tuesday/protocol';
import { authorizationCodeGrant, type Configuration, fetchUserInfo } from 'openid-client';
import type { Context } from '../../context.ts';
import { statusOf } from '../../http/refused.ts';
import { open } from '../../secrets/seal.ts';
import { type Ceremony, takeCeremony } from '../ceremonies/ceremony.ts';
import { oidcInCookie, setOidcCookie } from '../cookie.ts';
import { type Http, letIn } from '../sign-in/let-in.ts';
import { browserPurpose, CALLBACK, type Trip } from './begin.ts';
import { accountOf, type Subject } from './link.ts';
import { provider } from './provider.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'log'>;

const NOT_OURS = {
  refused: refuse('sign-in-failed', 'this answer of the provider belongs to no sign-in that was begun here', {
    try: 'sign in again',
  }),
};

/** Ends in the console, or on a page of plain words: nobody but a person in a browser comes here. */
export async function finishOidcSignIn(
  parts: Parts,
  http: Http,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const done = await finish(parts, http, query);
  if (isRefused(done)) await sayInWords(http, done.refused);
  else await http.reply.redirect('/');
}

async function finish(
  parts: Parts,
  http: Http,
  query: Readonly<Record<string, string>>,
): Promise<OrRefused<{ ok: true }>> {
  const { db, clock, config } = parts;
  const { oidc } = config;
  if (!oidc) return { refused: refuse('not-found', 'no OpenID Connect provider is set here') };
  const state = query['state'] ?? '';
  const browser = oidcInCookie(http.request);
  if (browser === undefined) return NOT_OURS;
  const of = { kind: 'oidc', person: null, purpose: browserPurpose(browser) } as const;
  const begun = await takeCeremony(db, clock, { ceremony: state }, of);
  if (!begun) return NOT_OURS;
  setOidcCookie(config, http.request, http.reply, '', 0);
  const found = await provider(oidc);
  if (isRefused(found)) return found;
  const subject = await subjectOf(parts, found.at, begun, state, query);
  if (isRefused(subject)) return subject;
  return db.transaction().execute(async (trx) => {
    const account = await accountOf(trx, parts, subject, http.request.ip);
    if (isRefused(account)) return account;
    const because = `${account.person} signed in through ${oidc.label}`;
    return letIn(trx, parts, http, account, { factor: null, because });
  });
}

/** The library checks state, issuer, PKCE, nonce, audience, expiry and signature, and throws at what does not fit. */
async function subjectOf(
  { config, log }: Parts,
  at: Configuration,
  { challenge, origin }: Ceremony,
  state: string,
  query: Readonly<Record<string, string>>,
): Promise<OrRefused<Subject>> {
  const { nonce, verifier } = JSON.parse(open(config, 'oidc', Buffer.from(challenge, 'base64url'))) as Trip;
  const came = new URL(`${origin}${CALLBACK}?${new URLSearchParams(query).toString()}`);
  try {
    const tokens = await authorizationCodeGrant(at, came, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) return NOT_OURS;
    const told =
      claims['email_verified'] === undefined && at.serverMetadata().userinfo_endpoint !== undefined
        ? await fetchUserInfo(at, tokens.access_token, claims.sub)
        : claims;
    const email = told['email_verified'] === true ? told['email'] : null;
    return { issuer: claims.iss, sub: claims.sub, email: typeof email === 'string' ? email : null };
  } catch (err) {
    log.warn({ err }, 'a sign-in through the provider was not accepted');
    return {
      refused: refuse('sign-in-failed', 'the provider did not confirm who you are', { try: 'sign in again' }),
    };
  }
}

async function sayInWords({ reply }: Http, refused: Refusal): Promise<void> {
  await reply
    .code(statusOf(refused))
    .type('text/plain; charset=utf-8')
    .send(`Not signed in: ${refused.because}.\nTry: ${refused.try}.\n`);
}
