import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FleetHistoryView, InventoryView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { SearchBox } from '../devices/search-box.tsx';
import { devicesPath, go } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Environments } from './environments.tsx';
import { HealthOverTime } from './health-over-time.tsx';
import { Standing } from './standing.tsx';
import { UnderWay } from './under-way.tsx';
import { VersionsOverTime } from './versions-over-time.tsx';

const SPANS = [
  [1, t`Day`],
  [7, t`Week`],
  [30, t`Month`],
  [365, t`Year`],
] as const;

/** What the fleet runs, how it is, and where it lives: now and over time. */
export default function FleetPage() {
  const [days, setDays] = useState(7);
  const history = useAsked(`history ${days}`, () => call('viewFleetHistory', { query: { days } }), 30_000, [
    'devices',
  ]);
  const inventory = useAsked('inventory', () => call('viewInventory'), 30_000, [
    'devices',
    'dimension',
    'policy',
  ]);
  return (
    <Screen title={t`Fleet`}>
      <Answered asked={inventory} what={t`the fleet`} command="tuesday fleet view">
        {(now) => <Now now={now} history={history.data} />}
      </Answered>
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">
          <Trans>How far back</Trans>
        </legend>
        {SPANS.map(([span, label]) => (
          <button
            key={span}
            type="button"
            aria-pressed={days === span}
            className={`min-h-10 rounded-full border px-4 text-sm font-medium ${days === span ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong bg-surface hover:bg-sunken'}`}
            onClick={() => setDays(span)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <Answered asked={history} what={t`the history`} command={`tuesday fleet history --days ${days}`} quiet>
        {(view) => (
          <div className="grid gap-6 xl:grid-cols-2">
            <VersionsOverTime history={view} days={days} />
            <HealthOverTime history={view} />
          </div>
        )}
      </Answered>
      {inventory.data && <Environments inventory={inventory.data} />}
    </Screen>
  );
}

function Now({ now, history }: { now: InventoryView; history: FleetHistoryView | undefined }) {
  return (
    <section aria-label={t`Now`} className="card p-5 sm:p-7">
      <Standing inventory={now} history={history} />
      <UnderWay />
      <div className="mt-6 border-t border-line pt-5">
        <Finder />
        <Link to={devicesPath('')} className="link mt-2 inline-block py-1 text-sm">
          <Trans>All devices, and saved filters</Trans>
        </Link>
      </div>
    </section>
  );
}

function Finder() {
  const [text, setText] = useState('');
  const { data } = useAsked('filter fields', () => call('viewFilterFields'), 60_000);
  return (
    <SearchBox
      text={text}
      fields={data?.fields ?? []}
      problem={undefined}
      place={undefined}
      onType={setText}
      onSearch={(filter) => go(devicesPath(filter))}
    />
  );
}
