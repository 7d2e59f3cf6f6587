import { Trans } from '@lingui/react/macro';
import type { HaltAnswer } from '@tuesday/protocol';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';

/** The halt holds on the server that answered, and the database has not heard of it yet. */
export function HaltedInMemory({ answer, onClose }: { answer: HaltAnswer; onClose: () => void }) {
  return (
    <div role="alert" className="grid gap-4">
      <h2 id="act-title" className="text-xl font-semibold tracking-tight">
        <Trans>Halted, and not written down yet</Trans>
      </h2>
      <p className="text-pretty wrap-anywhere">{answer.because}</p>
      <p className="text-pretty text-ink-2">
        <Trans>
          No offer leaves the server that answered you. It goes on telling its database until that answers;
          this page says “halted” as soon as it is written. Where several servers run, look at this until
          then:
        </Trans>
      </p>
      <CommandLine command={`tuesday rollout view ${answer.rollout}`} />
      <Button kind="primary" onClick={onClose}>
        <Trans>Understood</Trans>
      </Button>
    </div>
  );
}
