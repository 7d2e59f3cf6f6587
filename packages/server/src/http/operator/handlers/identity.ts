/** Identity: one handler a route. */
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { addPasskey, beginPasskeyAdd, removePasskey } from '../../../identity/account/passkey.ts';
import { newRecoveryCodes } from '../../../identity/account/renew-codes.ts';
import { listSessions, revokeSession } from '../../../identity/account/sessions.ts';
import { setPassword } from '../../../identity/account/set-password.ts';
import { stepUp } from '../../../identity/account/step-up.ts';
import { beginTotp, setTotp } from '../../../identity/account/totp.ts';
import { viewAccount } from '../../../identity/account/view.ts';
import { beginPasskeyJoin, totpForJoining, viewInvitation } from '../../../identity/join/begin.ts';
import { join } from '../../../identity/join/join.ts';
import { beginOidcSignIn } from '../../../identity/oidc/begin.ts';
import { finishOidcSignIn } from '../../../identity/oidc/finish.ts';
import { beginPasskeySignIn, passkeySignIn } from '../../../identity/sign-in/passkey.ts';
import { passwordSignIn } from '../../../identity/sign-in/password.ts';
import { signInWays } from '../../../identity/sign-in/ways.ts';
import { signIn, signOut } from '../../../identity/token-session.ts';
import { viewStatus } from '../status.ts';

type Names =
  | 'status'
  | 'signIn'
  | 'signOut'
  | 'signInWays'
  | 'beginPasskeySignIn'
  | 'passkeySignIn'
  | 'passwordSignIn'
  | 'beginOidcSignIn'
  | 'finishOidcSignIn'
  | 'viewInvitation'
  | 'beginPasskeyJoin'
  | 'totpForJoining'
  | 'join'
  | 'viewAccount'
  | 'stepUp'
  | 'beginPasskeyAdd'
  | 'addPasskey'
  | 'removePasskey'
  | 'beginTotp'
  | 'setTotp'
  | 'setPassword'
  | 'newRecoveryCodes'
  | 'listSessions'
  | 'revokeSession';

export function identityHandlers(context: Context): HandlersOf<Names> {
  return {
    status: () => viewStatus(context),
    signIn: ({ body, http }) => signIn(context, http.request, http.reply, body.token),
    signOut: ({ principal, http }) => signOut(context, http.request, http.reply, principal),
    signInWays: async () => signInWays(context),
    beginPasskeySignIn: ({ http }) => beginPasskeySignIn(context, http),
    passkeySignIn: ({ body, http }) => passkeySignIn(context, http, body),
    passwordSignIn: ({ body, http }) => passwordSignIn(context, http, body),
    beginOidcSignIn: ({ http }) => beginOidcSignIn(context, http),
    finishOidcSignIn: ({ query, http }) => finishOidcSignIn(context, http, query),
    viewInvitation: ({ body }) => viewInvitation(context, body.invitation),
    beginPasskeyJoin: ({ body, http }) => beginPasskeyJoin(context, http, body.invitation),
    totpForJoining: ({ body }) => totpForJoining(context, body.invitation),
    join: ({ body, http }) => join(context, http, body),
    viewAccount: ({ principal }) => viewAccount(context, principal),
    stepUp: ({ principal, body, http }) => stepUp(context, http, principal, body.purpose),
    beginPasskeyAdd: ({ principal, http }) => beginPasskeyAdd(context, http, principal),
    addPasskey: ({ principal, body }) => addPasskey(context, principal, body),
    removePasskey: ({ principal, params, body }) =>
      removePasskey(context, principal, params.passkey, body.factor),
    beginTotp: ({ principal }) => beginTotp(context, principal),
    setTotp: ({ principal, body }) => setTotp(context, principal, body),
    setPassword: ({ principal, body }) => setPassword(context, principal, body),
    newRecoveryCodes: ({ principal, body }) => newRecoveryCodes(context, principal, body.factor),
    listSessions: ({ principal }) => listSessions(context, principal),
    revokeSession: ({ principal, params }) => revokeSession(context, principal, params.session),
  };
}
