import { t } from '@lingui/core/macro';
import { OctagonX, Pause, Play, Undo2 } from 'lucide-react';
import type { RolloutView } from '@tuesday/protocol';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { type Act, type ActName, actWords, pauseAct, redAct } from './acts.ts';
import { ConfirmAct } from './confirm-act.tsx';

const ICONS = {
  haltRollout: OctagonX,
  recallRollout: Undo2,
  pauseRollout: Pause,
  resumeRollout: Play,
} as const;

/** The one red button and pause. On a phone at the thumb, always in sight. */
export function ActBar({ view, lost }: { view: RolloutView; lost: boolean }) {
  const [asking, setAsking] = useState<ActName>();
  const pause = pauseAct(view);
  // Of a draft there is nothing to stop, so its buttons need not be at the thumb.
  const place =
    view.phase === 'draft'
      ? ''
      : 'max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-20 max-md:border-t max-md:border-line max-md:bg-surface max-md:px-4 max-md:pt-3 max-md:pb-[max(0.75rem,env(safe-area-inset-bottom))]';
  return (
    <section aria-label={t`Acts`} className={`${place} ${lost ? 'max-md:hidden' : ''}`}>
      <div className={`grid items-start gap-3 ${pause ? 'grid-cols-[1.4fr_1fr]' : ''}`}>
        <ActButton act={redAct(view)} view={view} lost={lost} red onAsk={setAsking} />
        {pause && <ActButton act={pause} view={view} lost={lost} onAsk={setAsking} />}
      </div>
      {asking && <ConfirmAct name={asking} view={view} onClose={() => setAsking(undefined)} />}
    </section>
  );
}

interface ButtonProps {
  act: Act;
  view: RolloutView;
  lost: boolean;
  red?: boolean;
  onAsk: (name: ActName) => void;
}

function ActButton({ act, view, lost, red = false, onAsk }: ButtonProps) {
  const Icon = ICONS[act.name];
  const words = actWords(act.name, view);
  const refusal = act.refusal ?? (lost ? t`No connection to the server.` : undefined);
  return (
    <Button
      kind={red ? 'red' : 'quiet'}
      refusal={refusal}

      onClick={() => onAsk(act.name)}
    >
      <Icon size={18} aria-hidden /> {words.button}
    </Button>
  );
}
