import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useEffect } from 'react';
import { call } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { DevicesCard } from './devices-card.tsx';
import { ProgressCard } from './progress-card.tsx';
import { RoadsCard } from './roads-card.tsx';
import { SummaryCard } from './summary-card.tsx';

/** In this order: what is, why, what comes next; then who came back by which road, and who did not. */
export default function RecoveryPage({ recovery }: { recovery: string }) {
  const asked = useAsked(
    `recovery ${recovery}`,
    () => call('viewRecovery', { params: { recovery } }),
    5_000,
    [`recovery ${recovery}`, 'devices'],
  );
  const title = asked.data?.title ?? recovery;
  useEffect(() => {
    document.title = t`${title} · Tuesday`;
  }, [title]);
  const changed = asked.again;
  return (
    <main className="mx-auto max-w-[90rem] px-4 pt-4 pb-28 sm:px-6">
      <nav aria-label={t`Breadcrumb`} className="mb-3 text-sm">
        <Link to="/recoveries" className="inline-block py-1 text-ink-2 underline-offset-4 hover:underline">
          <Trans>Recovery</Trans>
        </Link>
        <span aria-hidden className="px-2 text-ink-2">
          /
        </span>
        <span className="font-mono text-ink-2">{recovery}</span>
      </nav>
      {asked.data === undefined && <h1 className="mb-4 text-3xl font-semibold tracking-tight">{title}</h1>}
      <Answered asked={asked} what={t`this campaign`} command={`tuesday recovery view ${recovery}`}>
        {(view) => (
          <>
            <SummaryCard view={view} onChanged={changed} />
            <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_24rem]">
              <div className="grid min-w-0 gap-6">
                <ProgressCard view={view} />
                <DevicesCard view={view} onChanged={changed} />
              </div>
              <RoadsCard view={view} />
            </div>
          </>
        )}
      </Answered>
    </main>
  );
}
