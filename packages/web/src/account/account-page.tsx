import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { Screen } from '../ui/screen.tsx';
import { TokensCard } from '../tokens/tokens-card.tsx';
import { AuthenticatorCard } from './authenticator-card.tsx';
import { LanguageCard } from './language-card.tsx';
import { PasskeysCard } from './passkeys-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { RecoveryCard } from './recovery-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** One's own account: how to get in, where one is in, and what acts in one's name. */
export default function AccountPage() {
  const { account } = useSession().session;
  const proves = account.factors.length > 0;
  return (
    <Screen
      title={account.display}
      tab={t`Your account`}
      lead={
        <>
          <Trans>
            Signed in as <span className="font-mono text-ink">{account.name}</span> in {account.organisation}
            {account.email === null ? '' : `, ${account.email}`}.
          </Trans>
        </>
      }
    >
      {account.via === 'token' && (
        <p className="rounded-lg bg-warn-soft px-4 py-3 text-sm">
          <Trans>
            You are here by an operator token. Tokens have no second factor, so approving and breaking the
            glass are out of reach; sign in with an account of your own for that.
          </Trans>
        </p>
      )}
      {account.via === 'session' && !proves && (
        <p className="rounded-lg bg-warn-soft px-4 py-3 text-sm">
          <Trans>
            Without a second factor you cannot approve anything. Add a passkey or an authenticator.
          </Trans>
        </p>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="grid gap-6">
          <PasskeysCard account={account} />
          <PasswordCard account={account} />
          <AuthenticatorCard account={account} />
          <RecoveryCard account={account} />
        </div>
        <div className="grid gap-6">
          <Card title={t`Roles`}>
            <dl className="mt-3 grid gap-2 text-sm">
              {account.fleets.length === 0 && (
                <dd className="text-ink-2">
                  <Trans>You have no role in any fleet.</Trans>
                </dd>
              )}
              {account.fleets.map(({ fleet, name, roles }) => (
                <div key={fleet} className="flex flex-wrap justify-between gap-x-4">
                  <dt className="font-medium">
                    {account.fleets.length > 1 ? (
                      <a className="link" href={`/fleets/${fleet}/`}>
                        {name}
                      </a>
                    ) : (
                      name
                    )}
                  </dt>
                  <dd className="text-ink-2">{roles.length === 0 ? t`no role` : roles.join(', ')}</dd>
                </div>
              ))}
            </dl>
          </Card>
          <LanguageCard />
          <SessionsCard />
          <TokensCard mine />
        </div>
      </div>
    </Screen>
  );
}
