import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentView } from '@tuesday/protocol';
import type { ReactNode } from 'react';
import { numberWords } from '../rollouts/words.ts';
import { rolloutPath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { fleetAt, spanWords } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useNow } from '../ui/use-now.ts';
import { Acts } from './acts.tsx';
import { healedOf, STATE_TONES } from './words.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

/** What somebody who has just woken up reads first. */
export function SummaryCard({ view, onChanged }: Props) {
  const { anchor, zone } = useSession().session;
  const now = fleetAt(anchor, useNow(10_000));
  const { summary, state, title, openedAt, closedAt, rollout } = view;
  const lasted = spanWords((closedAt ?? now) - openedAt);
  return (
    <section aria-label={t`In short`} className="card grid overflow-hidden lg:grid-cols-[1fr_22rem]">
      <div className="p-5 sm:p-7">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-2">
          <Chip tone={STATE_TONES[state]}>{state}</Chip>
          <span className="num">
            <Trans>since</Trans> <Moment at={openedAt} zone={zone} />,{' '}
            {closedAt === null ? t`for ${lasted}` : t`lasted ${lasted}`}
          </span>
        </p>
        <h1 className="mt-3 max-w-[40ch] text-2xl leading-tight font-semibold tracking-tight text-balance sm:text-3xl">
          {title}
        </h1>
        <p className="mt-3 max-w-[65ch] text-pretty wrap-anywhere">{summary.what}</p>
        <p className="mt-1 max-w-[65ch] text-pretty">
          {summary.harmed} {summary.healed}
        </p>
        <div className="mt-4 rounded-lg border-l-4 border-accent bg-accent-soft px-4 py-3">
          <h2 className="eyebrow">
            <Trans>Next</Trans>
          </h2>
          <p className="mt-0.5 max-w-[65ch] font-medium text-pretty wrap-anywhere">{summary.next}</p>
          {rollout && (
            <Link to={rolloutPath(rollout.rollout)} className="link mt-1 inline-block py-1 text-sm">
              <Trans>Go to the rollout</Trans>
            </Link>
          )}
        </div>
      </div>
      <div className="flex flex-col gap-5 border-line p-5 max-lg:border-t sm:p-7 lg:border-l">
        <Figures view={view} />
        <Acts view={view} onChanged={onChanged} />
      </div>
    </section>
  );
}

function Figures({ view: { harmed, recovery } }: { view: IncidentView }) {
  const healed = healedOf(recovery);
  const left = harmed.devices - healed;
  return (
    <dl className="num grid grid-cols-3 gap-3">
      <Figure name={t`went wrong`} tone={harmed.devices > 0 ? 'text-bad' : ''}>
        {numberWords(harmed.devices)}
      </Figure>
      <Figure name={t`well again`} tone={healed > 0 ? 'text-good' : ''}>
        {numberWords(healed)}
      </Figure>
      <Figure name={t`not yet`} tone={left > 0 ? 'text-warn' : ''}>
        {numberWords(left)}
      </Figure>
    </dl>
  );
}

function Figure({ name, tone, children }: { name: string; tone: string; children: ReactNode }) {
  return (
    <div className="flex flex-col-reverse justify-end">
      <dt className="text-sm text-ink-2">{name}</dt>
      <dd className={`text-3xl font-semibold tracking-tight ${tone}`}>{children}</dd>
    </div>
  );
}
