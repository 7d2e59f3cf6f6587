import { t } from '@lingui/core/macro';
import type { FactorProof } from '@tuesday/protocol';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { Proof } from './proof.tsx';

interface Props {
  purpose: string;
  act: string;
  red?: boolean;
  refusal?: string | undefined;
  onSend: (factor?: FactorProof) => Promise<unknown>;
}

/** For acts that want a second factor of whoever has one: a stolen session must not do them. */
export function ProofOrSend({ purpose, act, red = false, refusal, onSend }: Props) {
  const { factors } = useSession().session.account;
  const { busy, failure, send } = useSend();
  if (factors.length > 0)
    return <Proof purpose={purpose} act={act} red={red} refusal={refusal} onProved={onSend} />;
  return (
    <>
      <Problem failure={failure} />
      <Button
        kind={red ? 'red' : 'primary'}
        refusal={refusal ?? (busy ? t`Sending …` : undefined)}
        onClick={() => void send(() => onSend())}
      >
        {act}
      </Button>
    </>
  );
}
