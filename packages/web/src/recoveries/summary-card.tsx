import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignView } from '@tuesday/protocol';
import { numberWords } from '../rollouts/words.ts';
import { incidentPath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { fleetAt, bothWords, spanWords } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useNow } from '../ui/use-now.ts';
import { Acts } from './acts.tsx';
import { STATE_TONES } from './words.ts';

interface Props {
  view: CampaignView;
  onChanged: () => Promise<void>;
}

/** What is, why, and what comes next. */
export function SummaryCard({ view, onChanged }: Props) {
  const { summary, state, title, incident } = view;
  return (
    <section aria-label={t`In short`} className="card grid overflow-hidden lg:grid-cols-[1fr_22rem]">
      <div className="p-5 sm:p-7">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-2">
          <Chip tone={STATE_TONES[state]}>{state}</Chip>
          <Since view={view} />
        </p>
        <h1 className="mt-3 max-w-[40ch] text-2xl leading-tight font-semibold tracking-tight text-balance sm:text-3xl">
          {title}
        </h1>
        <p className="mt-3 max-w-[65ch] text-pretty wrap-anywhere">{summary.what}</p>
        <p className="mt-1 max-w-[65ch] text-pretty wrap-anywhere">{summary.why}</p>
        <div className="mt-4 rounded-lg border-l-4 border-accent bg-accent-soft px-4 py-3">
          <h2 className="eyebrow">
            <Trans>Next</Trans>
          </h2>
          <p className="mt-0.5 max-w-[65ch] font-medium text-pretty wrap-anywhere">{summary.next}</p>
          {incident !== null && (
            <Link to={incidentPath(incident)} className="link mt-1 inline-block py-1 text-sm">
              <Trans>Go to the incident</Trans>
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

function Since({ view: { plannedAt, plannedBy, startedAt, endedAt } }: Pick<Props, 'view'>) {
  const { anchor, zone } = useSession().session;
  const now = fleetAt(anchor, useNow(10_000));
  if (startedAt === null)
    return (
      <span className="num">
        <Trans>
          planned {bothWords(plannedAt, zone)} by {plannedBy}
        </Trans>
      </span>
    );
  const lasted = spanWords((endedAt ?? now) - startedAt);
  return (
    <span className="num">
      <Trans>
        since {bothWords(startedAt, zone)}, {endedAt === null ? t`for ${lasted}` : t`lasted ${lasted}`}
      </Trans>
    </span>
  );
}

function Figures({ view: { devices, standing } }: Pick<Props, 'view'>) {
  const left = devices - standing.healed - standing['given-up'];
  const figures = [
    ['devices', devices, ''],
    ['healed', standing.healed, 'text-good'],
    [t`not yet`, left, 'text-warn'],
  ] as const;
  return (
    <dl className="num grid grid-cols-3 gap-3">
      {figures.map(([name, count, tone]) => (
        <div key={name} className="flex flex-col-reverse justify-end">
          <dt className="text-sm text-ink-2">{name}</dt>
          <dd className={`text-3xl font-semibold tracking-tight ${count > 0 ? tone : ''}`}>
            {numberWords(count)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
