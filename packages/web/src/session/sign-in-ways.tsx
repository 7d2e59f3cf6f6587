import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Fingerprint, LogIn } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { hasPasskeys, askPasskey } from '../passkeys/passkeys.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { PasswordSignIn } from './password-sign-in.tsx';
import { TokenSignIn } from './token-sign-in.tsx';

interface Props {
  /** Why the printed link did not do. */
  failure?: unknown;
  /** Who was here before, when a session has ended. */
  name?: string;
  onSignedIn: () => void;
}

const askWays = () => call('signInWays');

/** Every way in, the best one first. */
export function SignInWays({ failure, name, onSignedIn }: Props) {
  const ways = useAsked('sign-in ways', askWays, 60_000);
  const [byToken, setByToken] = useState(failure !== undefined);
  const oidc = ways.data?.oidc ?? null;
  return (
    <>
      {hasPasskeys() ? (
        <PasskeySignIn onSignedIn={onSignedIn} />
      ) : (
        <p className="text-sm text-ink-2">
          <Trans>This browser has no passkeys here; use your password and a code.</Trans>
        </p>
      )}
      {oidc && (
        <a
          href={oidc.url}
          className="flex h-12 items-center justify-center gap-2 rounded-xl border border-line-strong px-3 font-semibold hover:bg-sunken"
        >
          <LogIn size={18} aria-hidden /> {oidc.label}
        </a>
      )}
      <p aria-hidden className="flex items-center gap-3 text-sm text-ink-2">
        <span className="h-px flex-1 bg-line" /> <Trans>or with a password</Trans>{' '}
        <span className="h-px flex-1 bg-line" />
      </p>
      <PasswordSignIn {...(name === undefined ? {} : { name })} onSignedIn={onSignedIn} />
      {byToken ? (
        <TokenSignIn failure={failure} onSignedIn={onSignedIn} />
      ) : (
        <button
          type="button"
          className="min-h-10 justify-self-start text-sm text-ink-2 underline underline-offset-4"
          onClick={() => setByToken(true)}
        >
          <Trans>Use an operator token</Trans>
        </button>
      )}
    </>
  );
}

function PasskeySignIn({ onSignedIn }: Pick<Props, 'onSignedIn'>) {
  const { busy, failure, send } = useSend();
  const enter = () =>
    send(async () => {
      const answer = await askPasskey(await call('beginPasskeySignIn'));
      await call('passkeySignIn', { body: answer });
      onSignedIn();
    });
  return (
    <div className="grid gap-3">
      <Button
        kind="primary"
        refusal={busy ? t`Waiting for your passkey …` : undefined}
        onClick={() => void enter()}
      >
        <Fingerprint size={18} aria-hidden /> <Trans>Sign in with a passkey</Trans>
      </Button>
      <Problem failure={failure} />
    </div>
  );
}
