/** Identity: one handler a route. */
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';
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
    signInWays: () => notBuilt('signInWays'),
    beginPasskeySignIn: () => notBuilt('beginPasskeySignIn'),
    passkeySignIn: () => notBuilt('passkeySignIn'),
    passwordSignIn: () => notBuilt('passwordSignIn'),
    viewInvitation: () => notBuilt('viewInvitation'),
    beginPasskeyJoin: () => notBuilt('beginPasskeyJoin'),
    totpForJoining: () => notBuilt('totpForJoining'),
    join: () => notBuilt('join'),
    viewAccount: () => notBuilt('viewAccount'),
    stepUp: () => notBuilt('stepUp'),
    beginPasskeyAdd: () => notBuilt('beginPasskeyAdd'),
    addPasskey: () => notBuilt('addPasskey'),
    removePasskey: () => notBuilt('removePasskey'),
    beginTotp: () => notBuilt('beginTotp'),
    setTotp: () => notBuilt('setTotp'),
    setPassword: () => notBuilt('setPassword'),
    newRecoveryCodes: () => notBuilt('newRecoveryCodes'),
    listSessions: () => notBuilt('listSessions'),
    revokeSession: () => notBuilt('revokeSession'),
  };
}
