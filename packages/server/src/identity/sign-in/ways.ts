/** How one can sign in here. */
import type { SignInWaysView } from '@tuesday/protocol';
import type { Context } from '../../context.ts';

export function signInWays({ config }: Pick<Context, 'config'>): SignInWaysView {
  const { oidc } = config;
  return {
    passkey: true,
    password: true,
    oidc: oidc ? { label: oidc.label, url: '/v1/sign-in/oidc' } : null,
  };
}
