/** Signing in, and one's own account. */
import * as z from 'zod';
import * as identity from '../identity.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

const passkey = z.object({ passkey: z.string().min(1).max(64) });
const session = z.object({ session: z.string().min(1).max(64) });

export const identityRoutes = {
  status: {
    method: 'GET',
    path: '/v1/status',
    summary: 'Is it up, and what time does it think it is',
    needs: 'self',
    answer: views.statusViewSchema,
  },

  signIn: {
    method: 'POST',
    path: '/v1/session',
    summary: 'Exchange an operator token for a session cookie',
    needs: 'open',
    body: requests.sessionRequestSchema,
    answer: views.okViewSchema,
  },

  signOut: {
    method: 'DELETE',
    path: '/v1/session',
    summary: 'End the session',
    needs: 'self',
    answer: views.okViewSchema,
  },

  signInWays: {
    method: 'GET',
    path: '/v1/sign-in',
    summary: 'How one can sign in here',
    needs: 'open',
    answer: identity.signInWaysViewSchema,
  },

  beginPasskeySignIn: {
    method: 'POST',
    path: '/v1/sign-in/passkey/begin',
    summary: 'A challenge for any passkey of this installation',
    needs: 'open',
    answer: identity.ceremonyViewSchema,
  },

  passkeySignIn: {
    method: 'POST',
    path: '/v1/sign-in/passkey',
    summary: 'Sign in with a passkey; sets the session cookie',
    needs: 'open',
    body: identity.ceremonyAnswerSchema,
    answer: views.okViewSchema,
  },

  passwordSignIn: {
    method: 'POST',
    path: '/v1/sign-in/password',
    summary: 'Sign in with a password and a second factor; sets the session cookie',
    needs: 'open',
    body: identity.passwordSignInSchema,
    answer: views.okViewSchema,
  },

  beginOidcSignIn: {
    method: 'GET',
    path: '/v1/sign-in/oidc',
    summary: 'Go to the OpenID Connect provider; for browsers',
    needs: 'open',
    answer: 'redirect',
  },

  finishOidcSignIn: {
    method: 'GET',
    path: '/v1/sign-in/oidc/callback',
    summary: 'Come back from the OpenID Connect provider; sets the session cookie',
    needs: 'open',
    query: identity.oidcCallbackSchema,
    answer: 'redirect',
  },

  viewInvitation: {
    method: 'POST',
    path: '/v1/join/view',
    summary: 'Whom an invitation is for',
    needs: 'open',
    body: identity.invitationRequestSchema,
    answer: identity.invitationViewSchema,
  },

  beginPasskeyJoin: {
    method: 'POST',
    path: '/v1/join/passkey/begin',
    summary: 'A challenge for the first passkey of an invited person',
    needs: 'open',
    body: identity.invitationRequestSchema,
    answer: identity.ceremonyViewSchema,
  },

  totpForJoining: {
    method: 'POST',
    path: '/v1/join/totp',
    summary: 'A secret for the time-based codes of an invited person',
    needs: 'open',
    body: identity.invitationRequestSchema,
    answer: identity.totpSecretViewSchema,
  },

  join: {
    method: 'POST',
    path: '/v1/join',
    summary: 'Set up the account that one was invited to; sets the session cookie',
    needs: 'open',
    body: identity.joinRequestSchema,
    answer: identity.joinedViewSchema,
  },

  viewAccount: {
    method: 'GET',
    path: '/v1/account',
    summary: 'Who asks, and what they may do',
    needs: 'self',
    answer: identity.accountViewSchema,
  },

  stepUp: {
    method: 'POST',
    path: '/v1/step-up',
    summary: 'A challenge for a passkey to vouch for one act',
    needs: 'self',
    body: identity.stepUpRequestSchema,
    answer: identity.ceremonyViewSchema,
  },

  beginPasskeyAdd: {
    method: 'POST',
    path: '/v1/account/passkeys/begin',
    summary: 'A challenge for a further passkey',
    needs: 'self',
    answer: identity.ceremonyViewSchema,
  },

  addPasskey: {
    method: 'POST',
    path: '/v1/account/passkeys',
    summary: 'Add a passkey',
    needs: 'self',
    body: identity.passkeyAddSchema,
    answer: identity.accountViewSchema,
  },

  removePasskey: {
    method: 'POST',
    path: '/v1/account/passkeys/:passkey/remove',
    summary: 'Remove a passkey; the last way to prove oneself stays',
    needs: 'self',
    params: passkey,
    body: identity.factorRequestSchema,
    answer: identity.accountViewSchema,
  },

  beginTotp: {
    method: 'POST',
    path: '/v1/account/totp/begin',
    summary: 'A new secret for time-based codes',
    needs: 'self',
    answer: identity.totpSecretViewSchema,
  },

  setTotp: {
    method: 'POST',
    path: '/v1/account/totp',
    summary: 'Take the new secret, once its first code proves it',
    needs: 'self',
    body: identity.totpConfirmSchema,
    answer: identity.accountViewSchema,
  },

  setPassword: {
    method: 'POST',
    path: '/v1/account/password',
    summary: 'Set or change the password',
    needs: 'self',
    body: identity.passwordSetSchema,
    answer: identity.accountViewSchema,
  },

  newRecoveryCodes: {
    method: 'POST',
    path: '/v1/account/recovery-codes',
    summary: 'New recovery codes; the old ones are worth nothing',
    needs: 'self',
    body: identity.factorRequestSchema,
    answer: identity.recoveryCodesViewSchema,
  },

  listSessions: {
    method: 'GET',
    path: '/v1/account/sessions',
    summary: 'Where one is signed in',
    needs: 'self',
    answer: identity.sessionListViewSchema,
  },

  revokeSession: {
    method: 'DELETE',
    path: '/v1/account/sessions/:session',
    summary: 'End one session',
    needs: 'self',
    params: session,
    answer: views.okViewSchema,
  },
} as const satisfies Record<string, Route>;
