import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { Rehearsal } from '../rollouts/rehearsal.tsx';
import { PlanCalendar } from '../rollouts/plan-calendar.tsx';
import { Risk } from '../rollouts/risk.tsx';
import { rolloutPath } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { ConsentBar } from './consent-bar.tsx';
import { Consents } from './consents.tsx';
import { Covered } from './covered.tsx';
import { DifferenceTable } from './difference-table.tsx';
import { type About, askAbout } from './last-plan.ts';
import { Request } from './request.tsx';
import { subjectWords } from './words.ts';

/** Phone first: what will happen in words, who asks and why, what it rests on, and the answer at the thumb. */
export default function ApprovalPage({ approval }: { approval: string }) {
  const asked = useAsked(
    `approval ${approval}`,
    () => call('viewApproval', { params: { approval } }),
    4_000,
    ['approval', 'delegation', 'rollout', 'policy', 'release'],
  );
  const title = asked.data ? subjectWords(asked.data) : t`Request`;
  return (
    <Screen
      title={title}
      tab={t`Approve: ${title}`}
      narrow
      above={
        <nav aria-label={t`Breadcrumb`} className="mb-2 text-sm">
          <Link to="/approvals" className="inline-block py-1 text-ink-2 underline-offset-4 hover:underline">
            <Trans>Approvals</Trans>
          </Link>
        </nav>
      }
    >
      <Answered asked={asked} what={t`this request`} command={`tuesday approval view ${approval}`}>
        {(view) => (
          <>
            <Request view={view} />
            <Consents view={view} onChanged={asked.again} />
            <Grounds view={view} />
            <Covered view={view} />
            <ConsentBar view={view} onChanged={asked.again} />
          </>
        )}
      </Answered>
    </Screen>
  );
}

/** What the request rests on. */
function Grounds({ view }: { view: ApprovalView }) {
  const about = useAsked(`about ${view.approval}`, () => askAbout(view), 60_000, [
    'rollout',
    'release',
    'policy',
  ]);
  return (
    <Answered
      quiet
      asked={about}
      what={t`what it rests on`}
      command={`tuesday approval view ${view.approval}`}
    >
      {(found) => <Ground view={view} about={found} />}
    </Answered>
  );
}

function Ground({ view, about: { rollout, last } }: { view: ApprovalView; about: About }) {
  const { before, after, plan } = view.covers;
  return (
    <>
      {view.subject === 'policy' && (
        <DifferenceTable title={t`Different from the policy in force`} before={before} after={after} />
      )}
      {rollout && view.subject === 'rollout' && (
        <>
          <PlanCalendar view={rollout} />
          <Risk rollout={rollout.rollout} />
          <Rehearsal view={rollout} />
          {last ? (
            <DifferenceTable
              title={t`Different from the last plan, ${last.name}`}
              before={last.plan}
              after={plan ?? rollout.plan}
            />
          ) : (
            <p className="card p-5 text-sm text-ink-2">
              <Trans>There is no earlier plan to compare with.</Trans>
            </p>
          )}
        </>
      )}
      {rollout && (
        <p className="text-sm">
          <Link to={rolloutPath(rollout.rollout)} className="link">
            <Trans>The rollout itself</Trans>
          </Link>
        </p>
      )}
    </>
  );
}
