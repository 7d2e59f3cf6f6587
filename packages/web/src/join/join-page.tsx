import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { InvitationView, JoinedView } from '@tuesday/protocol';
import { useEffect, useState } from 'react';
import { call, Unreachable } from '../api.ts';
import { hasPasskeys } from '../passkeys/passkeys.ts';
import { Doorstep } from '../session/sign-in.tsx';
import { momentWords } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { type Failure, failureOf } from '../ui/failure.ts';
import { Problem } from '../ui/problem.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { takeInvitation } from './invitation.ts';
import { JoinByPasskey } from './join-by-passkey.tsx';
import { JoinByPassword } from './join-by-password.tsx';

/** Milliseconds between two attempts to reach a server that has not answered yet. */
const AGAIN = 2_000;

/** Setting up the account that one was invited to. */
export default function JoinPage({ onJoined }: { onJoined: () => Promise<void> }) {
  const [invitation] = useState(() => kept());
  const [view, setView] = useState<InvitationView>();
  const [failure, setFailure] = useState<Failure>();
  const [joined, setJoined] = useState<JoinedView>();
  const [silent, setSilent] = useState(false);

  useEffect(() => {
    if (invitation === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () =>
      call('viewInvitation', { body: { invitation } }).then(setView, (error: unknown) => {
        if (!(error instanceof Unreachable)) return setFailure(failureOf(error));
        setSilent(true);
        timer = setTimeout(() => void look(), AGAIN);
      });
    void look();
    return () => clearTimeout(timer);
  }, [invitation]);

  if (invitation === undefined || failure) return <NoInvitation failure={failure} />;
  if (joined) return <Codes joined={joined} onJoined={onJoined} />;
  if (!view)
    return (
      <Doorstep title={t`Join`}>
        <p aria-live="polite" className="text-ink-2">
          {silent ? t`The server does not answer. Trying again.` : t`Reading the invitation …`}
        </p>
      </Doorstep>
    );
  return (
    <Doorstep
      title={t`Welcome, ${view.display}`}
      lead={
        <>
          <Trans>
            <strong className="font-semibold text-ink">{view.organisation}</strong> invites you to Tuesday.
            You will sign in as <strong className="font-mono text-ink">{view.name}</strong>. The invitation is
            good until <span className="num">{momentWords(view.expiresAt)}</span>.
          </Trans>
        </>
      }
    >
      <Ways invitation={invitation} onDone={setJoined} />
    </Doorstep>
  );
}

let taken: string | undefined;
/** Strict mode asks twice, and the address tells only once. */
function kept(): string | undefined {
  taken = takeInvitation() ?? taken;
  return taken;
}

function Ways({ invitation, onDone }: { invitation: string; onDone: (joined: JoinedView) => void }) {
  const [byPassword, setByPassword] = useState(!hasPasskeys());
  return byPassword ? (
    <JoinByPassword
      invitation={invitation}
      onDone={onDone}
      onBack={hasPasskeys() ? () => setByPassword(false) : undefined}
    />
  ) : (
    <>
      <JoinByPasskey invitation={invitation} onDone={onDone} />
      <button type="button" className="link min-h-11 justify-self-center" onClick={() => setByPassword(true)}>
        <Trans>Use a password and an authenticator instead</Trans>
      </button>
    </>
  );
}

function NoInvitation({ failure }: { failure: Failure | undefined }) {
  return (
    <Doorstep
      title={t`This link does not invite anybody`}
      lead={t`An invitation is good once and for a limited time. An admin can send you a new link:`}
    >
      <Problem failure={failure} />
      <CommandLine command={'tuesday people invite-again <name> --because "…"'} />
      <a href="/" className="link inline-flex min-h-11 items-center">
        <Trans>To the sign-in</Trans>
      </a>
    </Doorstep>
  );
}

function Codes({ joined, onJoined }: { joined: JoinedView; onJoined: () => Promise<void> }) {
  const [kept, setKept] = useState(false);
  const enter = async () => {
    // The address first: signed in, the page that belongs to it opens.
    history.replaceState(null, '', '/');
    await onJoined();
    dispatchEvent(new PopStateEvent('popstate'));
  };
  return (
    <Doorstep
      title={t`Your account is ready`}
      lead={t`You are signed in as ${joined.name}. One thing before you go on:`}
    >
      <ShownOnce
        title={t`Recovery codes`}
        note={t`Each gets you in once when your passkey or authenticator is lost. They are not shown again: keep them where you keep passwords.`}
        lines={joined.recoveryCodes}
        file={`tuesday-recovery-codes-${joined.name}.txt`}
      />
      <label className="flex min-h-11 items-center gap-3">
        <input
          type="checkbox"
          className="size-5 accent-(--accent)"
          checked={kept}
          onChange={(event) => setKept(event.target.checked)}
        />
        <Trans>I have kept the codes</Trans>
      </label>
      <Button
        kind="primary"
        refusal={kept ? undefined : t`Keep the codes first; nobody can show them to you again.`}
        onClick={() => void enter()}
      >
        <Trans>Open the console</Trans>
      </Button>
    </Doorstep>
  );
}
