import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { InventoryHistory, InventoryView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { withValue } from '../devices/filter-words.ts';
import { devicesPath } from '../route.ts';
import { numberWords, percent } from '../rollouts/words.ts';
import { useSession } from '../session/context.ts';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { isNew, shareLine } from './dimension-values.ts';
import { Moment } from '../ui/moment.tsx';

type Dimension = InventoryView['dimensions'][number];
type Value = Dimension['values'][number];

const ROWS = 6;
const MINUTES_5 = 300_000;

export function DimensionPanel({ dimension, now }: { dimension: Dimension; now: number }) {
  const { name, declared, values, more } = dimension;
  const rows = values.slice(0, ROWS);
  const rest = values.length - rows.length + more;
  return (
    <section aria-label={name}>
      <h3 className="eyebrow">{name}</h3>
      {declared ? (
        <WithHistory name={name} rows={rows} all={values} now={now} />
      ) : (
        <Rows name={name} rows={rows} all={values} now={now} days={[]} />
      )}
      {rest > 0 && <p className="num mt-2 text-sm text-ink-2">{t`and ${numberWords(rest)} more values`}</p>}
      {rows.length === 0 && (
        <p className="mt-2 text-sm text-ink-2">
          <Trans>No device reports it.</Trans>
        </p>
      )}
    </section>
  );
}

interface RowsProps {
  name: string;
  rows: readonly Value[];
  all: readonly Value[];
  now: number;
}

function WithHistory(props: RowsProps) {
  const { name } = props;
  const { data } = useAsked(
    `dimension ${name}`,
    () => call('viewInventoryHistory', { params: { dimension: name }, query: { days: 30 } }),
    MINUTES_5,
  );
  return <Rows {...props} days={data?.days ?? []} />;
}

function Rows({ name, rows, all, now, days }: RowsProps & { days: InventoryHistory['days'] }) {
  return (
    <ul className="num mt-2 grid gap-2.5 text-sm">
      {rows.map((one) => (
        <Row key={one.value ?? ''} name={name} one={one} isNew={isNew(one, all, now)} days={days} />
      ))}
    </ul>
  );
}

interface RowProps {
  name: string;
  one: Value;
  isNew: boolean;
  days: InventoryHistory['days'];
}

function Row({ name, one: { value, devices, share, firstSeenAt }, isNew: fresh, days }: RowProps) {
  const { zone } = useSession().session;
  const line = shareLine(days, value);
  const before = line.at(0);
  return (
    <li>
      <Link
        to={devicesPath(withValue(name, value))}
        className="-mx-2 grid grid-cols-[1fr_auto_4.5rem] items-center gap-x-3 rounded-lg px-2 py-1 hover:bg-sunken"
      >
        <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 font-medium wrap-anywhere">
          {value ?? (
            <span className="text-ink-2">
              <Trans>not reported</Trans>
            </span>
          )}
          {fresh && firstSeenAt !== null && (
            <span className="rounded-full bg-warn-soft px-2 py-0.5 text-xs font-semibold text-warn">
              <Trans>new since</Trans> <Moment at={firstSeenAt} zone={zone} />
            </span>
          )}
        </span>
        <span className="text-right text-ink-2">
          <span className="text-ink">{percent(share)}</span>
          <span className="sr-only">
            <Trans>
              , {numberWords(devices)} devices
              {before === undefined ? '' : t`, ${percent(before)} ${line.length} days ago`}
            </Trans>
          </span>
        </span>
        <Spark line={line} />
        <span aria-hidden className="col-span-3 mt-1 block h-1.5 overflow-hidden rounded-full bg-sunken">
          <span
            className={`block h-full min-w-1 rounded-full ${value === null ? 'bg-line-strong' : 'bg-accent'}`}
            style={{ width: `${share * 100}%` }}
          />
        </span>
      </Link>
    </li>
  );
}

/** The share by day, from nothing to the whole fleet. */
function Spark({ line }: { line: readonly number[] }) {
  if (line.length < 2) return <span />;
  const x = (index: number) => ((index / (line.length - 1)) * 100).toFixed(2);
  const points = line.map((share, index) => `${x(index)} ${(24 - share * 22).toFixed(2)}`);
  return (
    <svg aria-hidden viewBox="0 0 100 25" preserveAspectRatio="none" className="h-6 w-full">
      <path d="M0 24.5 H100" className="chart-grid" />
      <path
        d={`M${points.join(' L')}`}
        className="chart-line"
        style={{ stroke: 'var(--accent)', strokeWidth: 1.75 }}
      />
    </svg>
  );
}
