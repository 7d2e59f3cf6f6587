import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FleetHistoryView, InventoryView } from '@tuesday/protocol';
import { withValue } from '../devices/filter-words.ts';
import { devicesPath } from '../route.ts';
import { numberWords, percent } from '../rollouts/words.ts';
import { Link } from '../ui/link.tsx';
import { TEXT } from '../ui/tone-icon.tsx';
import { sentenceOf } from './sentence.ts';

interface Props {
  inventory: InventoryView;
  history: FleetHistoryView | undefined;
}

/** How the fleet is now, in one sentence and four numbers; each number leads to its devices. */
export function Standing({ inventory, history }: Props) {
  const last = history?.points.at(-1);
  const versions = inventory.dimensions.find(({ name }) => name === 'version')?.values ?? [];
  const [most] = versions;
  const silentFor = history?.silentAfter ?? '45m';
  return (
    <>
      <p className="max-w-[60ch] text-xl font-semibold tracking-tight text-pretty sm:text-2xl">
        {sentenceOf(inventory, history)}
      </p>
      <dl className="num mt-5 grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-4">
        <Figure name={t`devices`} filter="" value={last?.devices ?? inventory.devices} tone="calm" />
        {most && (
          <Figure
            name={t`run ${most.value ?? t`nothing known`}`}
            filter={withValue('version', most.value)}
            value={most.devices}
            share={most.share}
            tone="calm"
          />
        )}
        <Figure
          name={t`silent for ${silentFor}`}
          filter={`lastSeen=lt=-${silentFor}`}
          value={last?.silent ?? undefined}
          share={last && last.silent !== null ? last.silent / Math.max(1, last.devices) : undefined}
          tone={(last?.silent ?? 0) > 0 ? 'waiting' : 'calm'}
        />
        <Figure
          name={t`unhealthy`}
          filter="healthy==false"
          value={last?.unhealthy}
          share={last && last.unhealthy / Math.max(1, last.devices)}
          tone={(last?.unhealthy ?? 0) > 0 ? 'bad' : 'calm'}
        />
      </dl>
      <p className="mt-3 text-sm text-ink-2">
        <Trans>Silent and unhealthy devices are counted every ten minutes.</Trans>
      </p>
    </>
  );
}

interface FigureProps {
  name: string;
  filter: string;
  value: number | undefined;
  share?: number | undefined;
  tone: 'calm' | 'waiting' | 'bad';
}

function Figure({ name, filter, value, share, tone }: FigureProps) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-sm">
        <Link
          to={devicesPath(filter)}
          className="inline-block py-1 text-ink-2 underline underline-offset-4 hover:text-ink"
        >
          {name}
        </Link>
      </dt>
      <dd>
        <span
          className={`text-3xl font-semibold tracking-tight sm:text-4xl ${tone === 'calm' ? '' : TEXT[tone]}`}
        >
          {value === undefined ? '–' : numberWords(value)}
        </span>
        {share !== undefined && share > 0 && <span className="ml-2 text-ink-2">{percent(share)}</span>}
      </dd>
    </div>
  );
}
