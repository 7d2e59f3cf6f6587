import { t } from '@lingui/core/macro';
import { useId, useState } from 'react';
import { percent } from '../rollouts/words.ts';
import { numberWords } from '../rollouts/words.ts';
import { momentWords } from '../time.ts';
import { across, bandPath, linePath, type Point, roundUp, spanOf } from './bands.ts';
import { PointTable } from './point-table.tsx';

export interface Series {
  readonly name: string;
  /** CSS colour; each series has a shape or a shade of its own besides. */
  readonly colour: string;
  readonly dashed?: boolean;
}

interface Props {
  /** What it shows, for who does not see it. */
  label: string;
  /** bands: parts of a whole, one upon the other. lines: each by itself. */
  draw: 'bands' | 'lines';
  series: readonly Series[];
  points: readonly Point[];
  /** Milliseconds of one point. */
  step: number;
  zone: string;
  /** The whole at each point, for shares. */
  wholes?: readonly number[];
}

/** Values over time. A slider moves the reading; the same stands in a table. */
export function TimeChart({ label, draw, series, points, step, zone, wholes }: Props) {
  const [chosen, setChosen] = useState<number>();
  const id = useId();
  const last = points.length - 1;
  const index = Math.min(chosen ?? last, last);
  const point = points[index];
  if (!point) return null;
  const top = topOf(draw, points);
  const span = spanOf(points, step);
  const read = (number: number) => readingOf(point, number, wholes?.[index]);
  const when = momentWords(point.at, zone);
  const spoken = series.map(({ name }, number) => `${name} ${read(number)}`).join(', ');
  const path = draw === 'bands' ? bandPath : linePath;
  return (
    <figure className="mt-4" aria-labelledby={id}>
      <figcaption id={id} className="sr-only">
        {label}
      </figcaption>
      <p className="num text-sm text-ink-2">{when}</p>
      <Legend series={series} draw={draw} read={read} />
      <div aria-hidden className="mt-3 grid grid-cols-[auto_1fr] gap-x-2">
        <div className="num flex h-44 flex-col justify-between text-right text-xs text-ink-2 sm:h-52 min-[1900px]:h-72">
          <span>{numberWords(top)}</span>
          <span>0</span>
        </div>
        <div className="relative h-44 border-b border-line-strong sm:h-52 min-[1900px]:h-72">
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" className="absolute inset-0 size-full">
            {[0, 50].map((y) => (
              <path key={y} d={`M0 ${y} H100`} className="chart-grid" />
            ))}
            {series.map(({ name, colour, dashed = false }, number) => (
              <path
                key={name}
                d={path(points, number, step, top)}
                className={draw === 'bands' ? 'chart-band' : `chart-line ${dashed ? 'chart-dashed' : ''}`}
                style={draw === 'bands' ? { fill: colour } : { stroke: colour }}
              />
            ))}
            <path d={`M${across(span, point.at + step / 2)} 0 V100`} className="chart-cursor" />
          </svg>
        </div>
        <span />
        <div className="num mt-1 flex justify-between gap-4 text-xs text-ink-2">
          <span>{momentWords(span.from, zone)}</span>
          <span>{momentWords(span.to, zone)}</span>
        </div>
      </div>
      <input
        type="range"
        className="chart-slider mt-1"
        min={0}
        max={last}
        value={index}
        aria-label={t`${label}: time`}
        aria-valuetext={`${when}: ${spoken}`}
        onChange={(event) => setChosen(Number(event.target.value))}
      />
      <PointTable label={label} series={series} points={points} zone={zone} />
    </figure>
  );
}

function topOf(draw: Props['draw'], points: readonly Point[]): number {
  const heights = points.map(({ values }) =>
    draw === 'bands'
      ? values.reduce<number>((sum, one) => sum + (one ?? 0), 0)
      : Math.max(0, ...values.map((one) => one ?? 0)),
  );
  return roundUp(Math.max(...heights));
}

function readingOf({ values }: Point, series: number, whole: number | undefined): string {
  const value = values[series];
  if (value === null || value === undefined) return t`not known`;
  return whole === undefined || whole === 0
    ? numberWords(value)
    : `${numberWords(value)}, ${percent(value / whole)}`;
}

function Legend({
  series,
  draw,
  read,
}: Pick<Props, 'series' | 'draw'> & { read: (series: number) => string }) {
  return (
    <ul className="num mt-1.5 flex flex-wrap gap-x-6 gap-y-1.5 text-sm">
      {series.map(({ name, colour, dashed = false }, number) => (
        <li key={name} className="flex items-center gap-2">
          <svg aria-hidden viewBox="0 0 20 12" className="h-3 w-5 shrink-0">
            {draw === 'bands' ? (
              <rect width="20" height="12" rx="3" className="chart-band" style={{ fill: colour }} />
            ) : (
              <path
                d="M0 6 H20"
                className={`chart-line ${dashed ? 'chart-dashed' : ''}`}
                style={{ stroke: colour }}
              />
            )}
          </svg>
          <span className="font-semibold wrap-anywhere">{name}</span>
          <span className="text-ink-2">{read(number)}</span>
        </li>
      ))}
    </ul>
  );
}
