import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignView } from '@tuesday/protocol';
import { type Series, TimeChart } from '../charts/time-chart.tsx';
import { numberWords } from '../rollouts/words.ts';
import { devicePath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { HEALED_WAYS, OTHER_STANDINGS } from './words.ts';

interface Part {
  key: string;
  label: string;
  means: string;
  fill: string;
  count: number;
}

/** Who came back, by which road, and who did not: each device is one part of the bar. */
export function ProgressCard({ view }: { view: CampaignView }) {
  const { healedBy, standing, through } = view;
  const parts: Part[] = [
    ...HEALED_WAYS.filter(([way]) => way !== 'unsaid' || healedBy[way] > 0).map(
      ([key, label, means, fill]) => ({ key, label, means, fill, count: healedBy[key] }),
    ),
    ...OTHER_STANDINGS.map(([key, label, means, fill]) => ({
      key: t`not ${key}`,
      label,
      means,
      fill,
      count: standing[key],
    })),
  ];
  return (
    <Card
      title={t`Who came back, by which road`}
      lead={t`${numberWords(standing.healed)} of ${numberWords(view.devices)} are healed. Each device is counted once.`}
    >
      <div aria-hidden className="mt-4 flex h-6 gap-[2px] overflow-hidden rounded-md bg-sunken">
        {parts
          .filter(({ count }) => count > 0)
          .map(({ key, fill, count }) => (
            <div
              key={key}
              className={`segment ${fill} min-w-2 basis-0 rounded-[3px]`}
              style={{ flexGrow: count }}
            />
          ))}
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3 xl:grid-cols-5">
        {parts.map(({ key, label, means, fill, count }) => (
          <div key={key} className="flex flex-col-reverse justify-end">
            <dt className="text-sm">
              <span className="flex items-center gap-1.5 font-medium">
                <span aria-hidden className={`${fill} size-3 shrink-0 rounded-[3px]`} />
                {label}
              </span>
              <span className="block text-pretty text-ink-2">{means}</span>
            </dt>
            <dd className={`num text-xl leading-tight font-semibold ${count === 0 ? 'text-ink-2' : ''}`}>
              {numberWords(count)}
            </dd>
          </div>
        ))}
      </dl>
      {through.length > 0 && <Through through={through} />}
      <OverTime view={view} />
    </Card>
  );
}

function Through({ through }: Pick<CampaignView, 'through'>) {
  return (
    <p className="mt-4 text-sm text-pretty text-ink-2">
      <Trans>
        Healed by relay through{' '}
        {through.map(({ neighbour, healed }, nth) => (
          <span key={neighbour}>
            {nth > 0 && ', '}
            <Link to={devicePath(neighbour)} className="link num inline-block py-0.5 font-semibold">
              {neighbour}
            </Link>
            <span className="num"> ({numberWords(healed)})</span>
          </span>
        ))}
        .
      </Trans>
    </p>
  );
}

const SERIES: readonly Series[] = [
  { name: 'healed', colour: 'var(--proven)' },
  { name: 'visited', colour: 'var(--silent)', dashed: true },
  { name: t`given up`, colour: 'var(--failed)' },
];

function OverTime({ view: { progress } }: { view: CampaignView }) {
  const { zone } = useSession().session;
  const [one, two] = progress;
  if (one === undefined || two === undefined) return null;
  return (
    <div className="mt-6 border-t border-line pt-4">
      <h3 className="font-semibold">
        <Trans>Since the start</Trans>
      </h3>
      <TimeChart
        label={t`Healed, visited and given up by then`}
        draw="lines"
        series={SERIES}
        points={progress.map(({ at, healed, visited, 'given-up': givenUp }) => ({
          at,
          values: [healed, visited, givenUp],
        }))}
        step={Math.max(1, two.at - one.at)}
        zone={zone}
      />
    </div>
  );
}
