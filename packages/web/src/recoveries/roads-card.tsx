import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignGroupView, CampaignRoad, CampaignView, OpenRoads } from '@tuesday/protocol';
import { numberWords } from '../rollouts/words.ts';
import { Card } from '../ui/card.tsx';
import { ROADS } from './words.ts';

/** What is open for those that are not back, in the order of the plan. */
export function RoadsCard({ view }: { view: CampaignView }) {
  const { roads, open, relays, waitHours, visitsPerDay, groups, release } = view;
  return (
    <Card
      title={t`Open roads`}
      lead={t`For those that are neither healed nor given up. Neighbours and rescue are counted on for ${waitHours} hours, ${numberWords(visitsPerDay)} visits are made a day.`}
    >
      <RoadRows roads={roads} open={open} />
      {roads.includes('relay') && (
        <p className="num mt-3 text-sm text-pretty text-ink-2">
          {relays === 0
            ? t`No device in contact hears one of them on its link.`
            : t`${numberWords(relays)} ${plural(relays, { one: 'neighbour hears', other: 'neighbours hear' })} one of them, and ${plural(relays, { one: 'is', other: 'are' })} asked to carry ${release} while the campaign runs.`}
        </p>
      )}
      <Groups groups={groups} />
    </Card>
  );
}

interface RowsProps {
  roads: readonly CampaignRoad[];
  open: OpenRoads;
  /** For how many each comes first. */
  first?: OpenRoads;
}

export function RoadRows({ roads, open, first }: RowsProps) {
  return (
    <ol className="rows mt-3 text-sm">
      {roads.map((road) => (
        <li key={road} className="flex items-baseline justify-between gap-4 py-2.5">
          <span className="min-w-0">
            <span className="font-semibold">{ROADS[road][0]}</span>
            <span className="block text-ink-2">{ROADS[road][1]}</span>
          </span>
          <span className="num text-right">
            <span className={`text-lg font-semibold ${open[road] === 0 ? 'text-ink-2' : ''}`}>
              {numberWords(open[road])}
            </span>
            {first !== undefined && (
              <span className="block text-ink-2">
                <Trans>first for {numberWords(first[road])}</Trans>
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** By model: why a recovery release can or cannot reach it, and what to do. */
export function Groups({ groups }: { groups: readonly CampaignGroupView[] }) {
  if (groups.length === 0) return null;
  return (
    <ul className="rows mt-4 border-t border-line text-sm">
      {groups.map(({ hardware, devices, because, open, try: then }) => (
        <li key={hardware} className="py-3">
          <span className="num font-semibold">
            {hardware}, {numberWords(devices)} {plural(devices, { one: 'device', other: 'devices' })}
          </span>
          <span className="num block text-ink-2">
            <Trans>
              server {numberWords(open.http)}, relay {numberWords(open.relay)}, rescue{' '}
              {numberWords(open.rescue)}
            </Trans>
          </span>
          <span className={`mt-1 block text-pretty wrap-anywhere ${then === null ? '' : 'text-warn'}`}>
            {because}
          </span>
          {then !== null && (
            <span className="mt-1 block text-pretty wrap-anywhere">
              <Trans>To open it: {then}</Trans>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
