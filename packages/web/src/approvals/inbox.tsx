import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView } from '@tuesday/protocol';
import { ChevronRight } from 'lucide-react';
import { call } from '../api.ts';
import { approvalPath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { waitingForMe } from '../shell/pending.ts';
import { fleetAt, spanWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useNow } from '../ui/use-now.ts';
import { Delegations } from './delegations.tsx';
import { countWords, STATE_TONES, STATE_WORDS, subjectWords } from './words.ts';
import { Moment } from '../ui/moment.tsx';

export default function Inbox() {
  const asked = useAsked('approvals', () => call('listApprovals'), 5_000, [
    'approval',
    'delegation',
    'rollout',
  ]);
  return (
    <Screen
      title={t`Approvals`}
      lead={t`Going forward needs another person. Stopping and going back does not.`}
      narrow
    >
      <Answered asked={asked} what={t`the requests`} command="tuesday approval list">
        {({ approvals }) => <Lists approvals={approvals} />}
      </Answered>
      <Delegations />
    </Screen>
  );
}

function Lists({ approvals }: { approvals: readonly ApprovalView[] }) {
  const mine = waitingForMe(approvals);
  const open = approvals.filter((one) => one.state === 'open' && one.mayNot !== null);
  const closed = approvals.filter(({ state }) => state !== 'open');
  return (
    <>
      <Card title={t`Waiting for you`}>
        {mine.length === 0 ? (
          <Empty command="tuesday approval request <rollout>">
            <Trans>
              Nothing waits for your consent. A request appears here as soon as somebody asks for it:
            </Trans>
          </Empty>
        ) : (
          <List approvals={mine} />
        )}
      </Card>
      {open.length > 0 && (
        <Card title={t`Waiting for others`}>
          <List approvals={open} />
        </Card>
      )}
      {closed.length > 0 && (
        <Card title={t`Closed`}>
          <List approvals={closed} />
        </Card>
      )}
    </>
  );
}

function List({ approvals }: { approvals: readonly ApprovalView[] }) {
  return (
    <ul className="rows mt-2">
      {approvals.map((one) => (
        <Row key={one.approval} one={one} />
      ))}
    </ul>
  );
}

function Row({ one }: { one: ApprovalView }) {
  const { anchor, zone } = useSession().session;
  const now = fleetAt(anchor, useNow(10_000));
  const until = one.state === 'open' ? t`, lapses in ${spanWords(one.expiresAt - now)}` : '';
  return (
    <li>
      <Link
        to={approvalPath(one.approval)}
        className="-mx-2 grid grid-cols-[1fr_auto] items-center gap-3 rounded-lg px-2 py-4 hover:bg-sunken"
      >
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Chip tone={STATE_TONES[one.state]}>{STATE_WORDS[one.state]}</Chip>
            <span className="font-semibold wrap-anywhere">{subjectWords(one)}</span>
          </span>
          <span className="num mt-1.5 block text-sm text-ink-2">
            <Trans>{one.author} asks,</Trans> <Moment at={one.createdAt} zone={zone} />, {countWords(one)}
            {until}
          </span>
          <span className="mt-1 line-clamp-2 block text-sm text-pretty">{one.because}</span>
        </span>
        <ChevronRight size={20} aria-hidden className="text-ink-2" />
      </Link>
    </li>
  );
}
