import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { Play, Trash2, UserCheck } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { STATE_TONES, STATE_WORDS } from '../approvals/words.ts';
import { approvalPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { usePending } from '../shell/pending.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { startRefusal } from './start.ts';
import { StartDialog } from './start-dialog.tsx';

/** What a draft still needs: the consent of another person, then the start. */
export function BeforeStart({ view }: { view: RolloutView }) {
  const { account } = useSession().session;
  const pending = usePending();
  const [asking, setAsking] = useState<'approval' | 'start' | 'drop'>();
  if (view.phase !== 'draft') return null;
  const { rollout, approval } = view;
  const noRole = refusalFor(account, 'operate');
  const waits = approval?.state === 'open' || approval?.state === 'approved';
  return (
    <Card title={t`Before it starts`}>
      {approval ? (
        <div className="mt-3 grid gap-2 text-sm">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <Chip tone={STATE_TONES[approval.state]}>{STATE_WORDS[approval.state]}</Chip>
            <span className="num font-semibold">
              <Trans>
                {approval.have} of {approval.needed} consents
              </Trans>
            </span>
            <Link to={approvalPath(approval.approval)} className="link">
              <Trans>The request</Trans>
            </Link>
          </p>
          <p className="text-pretty">{approval.because}</p>
        </div>
      ) : (
        <p className="mt-2 text-sm text-ink-2">
          <Trans>
            Nobody has been asked for consent yet. The policy says how many people it needs beside{' '}
            {view.author}.
          </Trans>
        </p>
      )}
      <div className="mt-4 grid items-start gap-3 sm:grid-cols-2">
        <Button
          kind={waits ? 'quiet' : 'primary'}
          refusal={noRole ?? (waits ? t`It has been asked for already.` : undefined)}
          onClick={() => setAsking('approval')}
        >
          <UserCheck size={18} aria-hidden /> <Trans>Ask for consent</Trans>
        </Button>
        <Button
          kind={approval?.state === 'approved' ? 'primary' : 'quiet'}
          refusal={noRole ?? startRefusal(approval)}
          onClick={() => setAsking('start')}
        >
          <Play size={18} aria-hidden /> <Trans>Start</Trans>
        </Button>
      </div>
      <div className="mt-3">
        <Button kind="quiet" small refusal={noRole} onClick={() => setAsking('drop')}>
          <Trash2 size={16} aria-hidden /> <Trans>Drop it</Trans>
        </Button>
      </div>
      {asking === 'drop' && (
        <Reasoned
          title={t`Drop this rollout?`}
          lead={t`No device was offered anything. It stays in the list as cancelled, and cannot be started any more.`}
          act={t`Drop it`}
          command={`tuesday rollout cancel ${rollout} --because "…"`}
          onSend={(because) => call('cancelRollout', { params: { rollout }, body: { because } })}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === 'approval' && (
        <Reasoned
          optional
          title={t`Ask for consent?`}
          lead={t`Approvers are told. They consent to exactly this release, plan, policy and rehearsal; change one of them, and you ask again.`}
          act={t`Ask`}
          command={`tuesday approval request ${rollout}`}
          onSend={async (because) => {
            const body = because === '' ? {} : { because };
            await call('requestApproval', { params: { rollout }, body });
            await pending.again();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === 'start' && <StartDialog view={view} onClose={() => setAsking(undefined)} />}
    </Card>
  );
}
