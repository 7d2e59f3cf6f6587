import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignDeviceView } from '@tuesday/protocol';
import { devicePath } from '../route.ts';
import { Link } from '../ui/link.tsx';
import { ROADS } from './words.ts';

/** Which roads are open, in the order of the plan, and which neighbours hear it. */
export function RoadMarks({ one: { standing, roads } }: { one: CampaignDeviceView }) {
  if (standing === 'healed' || standing === 'given-up') return null;
  const neighbours = roads.flatMap((road) => road.neighbours);
  return (
    <>
      <ul aria-label={t`Roads`} className="mt-2 flex flex-wrap gap-1.5 text-xs font-semibold">
        {roads.map(({ road, open, because }) => (
          <li
            key={road}
            title={because}
            className={`rounded-md px-2 py-1 ${open ? 'bg-accent-soft text-accent' : 'bg-sunken text-ink-2 line-through'}`}
          >
            {ROADS[road][0]}
            <span className="sr-only">{open ? t` open` : t` closed`}</span>
          </li>
        ))}
      </ul>
      {neighbours.length > 0 && (
        <p className="mt-1.5 text-sm text-ink-2">
          <Trans>Heard by</Trans>{' '}
          {neighbours.map(({ device }, nth) => (
            <span key={device}>
              {nth > 0 && ', '}
              <Link to={devicePath(device)} className="link num inline-block py-0.5">
                {device}
              </Link>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
