import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Fingerprint } from 'lucide-react';
import type { FactorProof } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { hasPasskeys, vouch } from '../passkeys/passkeys.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { proofOf } from './code.ts';

interface Props {
  /** What the act is, for a passkey to vouch for, `approve:<digest>`. */
  purpose: string;
  /** "Approve"; the button says how besides. */
  act: string;
  red?: boolean;
  /** Why it cannot be done now. */
  refusal?: string | undefined;
  /** What does the same from a terminal. */
  command?: string;
  onProved: (factor: FactorProof) => Promise<unknown>;
}

/** Does an act together with the proof that the person is there: a passkey, or a typed code. */
export function Proof({ purpose, act, red = false, refusal, command, onProved }: Props) {
  const { factors } = useSession().session.account;
  const passkey = factors.includes('passkey') && hasPasskeys();
  const typed = factors.includes('totp') || factors.includes('recovery');
  const [code, setCode] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const { busy, failure, send } = useSend(command);
  const why = refusal ?? (busy ? t`Sending …` : undefined);
  if (!passkey && !typed) return <NoFactor act={act} />;

  const byCode = async (event: SubmitEvent) => {
    event.preventDefault();
    if (why !== undefined) return;
    const read = proofOf(code ?? '');
    if ('problem' in read) return setProblem(read.problem);
    setProblem(undefined);
    await send(() => onProved(read.proof));
  };
  const showsCode = !passkey || code !== undefined;
  const atField = failure?.code === 'factor-invalid' && showsCode ? failure.words : undefined;
  return (
    <div className="grid gap-3">
      {passkey && (
        <Button
          kind={red ? 'red' : 'primary'}
          refusal={why}
          onClick={() => void send(async () => onProved(await vouch(purpose)))}
        >
          <Fingerprint size={18} aria-hidden /> <Trans>{act} with passkey</Trans>
        </Button>
      )}
      {showsCode ? (
        <form noValidate className="grid gap-3" onSubmit={(event) => void byCode(event)}>
          <Field
            label={t`Code of your authenticator`}
            hint={t`Or one of your recovery codes.`}
            autoComplete="one-time-code"
            inputMode="numeric"
            spellCheck={false}
            value={code ?? ''}
            problem={problem ?? atField}
            onChange={(event) => setCode(event.target.value)}
          />
          <Button kind={passkey ? 'quiet' : red ? 'red' : 'primary'} type="submit" refusal={why}>
            <Trans>{act} with code</Trans>
          </Button>
        </form>
      ) : (
        typed && (
          <button type="button" className="link min-h-11 justify-self-center" onClick={() => setCode('')}>
            <Trans>Use a code instead</Trans>
          </button>
        )
      )}
      {atField === undefined && <Problem failure={failure} />}
    </div>
  );
}

function NoFactor({ act }: { act: string }) {
  const why = t`There is no second factor on this account that works in this browser.`;
  return (
    <div className="grid gap-2">
      <Button kind="quiet" refusal={why}>
        {act}
      </Button>
      <p className="text-sm">
        <Trans>
          <Link to="/account" className="link">
            Add a passkey or an authenticator
          </Link>{' '}
          to your account first.
        </Trans>
      </p>
    </div>
  );
}
