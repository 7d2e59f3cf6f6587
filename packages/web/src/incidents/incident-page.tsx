import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { call } from '../api.ts';
import type { Wanted } from '../live/line.ts';
import { Answered } from '../ui/answered.tsx';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { CauseCard } from './cause-card.tsx';
import { CostCard } from './cost-card.tsx';
import { FilesCard } from './files-card.tsx';
import { GlassCard } from './glass-card.tsx';
import { RecoveryCard } from './recovery-card.tsx';
import { SummaryCard } from './summary-card.tsx';
import { TextsCard } from './texts-card.tsx';
import { TicketsCard } from './tickets-card.tsx';
import { TimelineCard } from './timeline-card.tsx';
import { useEffect } from 'react';

const wantedFor = (incident: string): readonly Wanted[] => [
  `incident ${incident}`,
  'rollout',
  'devices',
  'device',
  'glass',
  'approval',
  'prices',
  'tickets',
  'recovery',
  'template',
];

/** In this order: what happens, who is harmed and healed, what comes next; then what it rests on. */
export default function IncidentPage({ incident }: { incident: string }) {
  const asked = useAsked(
    `incident ${incident}`,
    () => call('viewIncident', { params: { incident } }),
    5_000,
    wantedFor(incident),
  );
  const title = asked.data?.title ?? incident;
  useEffect(() => {
    document.title = t`${title} · Tuesday`;
  }, [title]);
  const changed = asked.again;
  return (
    <main className="mx-auto max-w-[90rem] px-4 pt-4 pb-28 sm:px-6">
      <nav aria-label={t`Breadcrumb`} className="mb-3 text-sm">
        <Link to="/incidents" className="inline-block py-1 text-ink-2 underline-offset-4 hover:underline">
          <Trans>Incidents</Trans>
        </Link>
        <span aria-hidden className="px-2 text-ink-2">
          /
        </span>
        <span className="font-mono text-ink-2">{incident}</span>
      </nav>
      {asked.data === undefined && <h1 className="mb-4 text-3xl font-semibold tracking-tight">{title}</h1>}
      <Answered asked={asked} what={t`this incident`} command={`tuesday incident view ${incident}`}>
        {(view) => (
          <>
            <SummaryCard view={view} onChanged={changed} />
            <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_24rem]">
              <div className="grid min-w-0 gap-6">
                <RecoveryCard view={view} onChanged={changed} />
                <CauseCard view={view} onChanged={changed} />
                <TimelineCard view={view} onChanged={changed} />
              </div>
              <div className="grid min-w-0 gap-6">
                <GlassCard view={view} />
                <CostCard view={view} onChanged={changed} />
                <TicketsCard view={view} />
                <TextsCard view={view} onChanged={changed} />
                <FilesCard view={view} />
              </div>
            </div>
          </>
        )}
      </Answered>
    </main>
  );
}
