import { t } from '@lingui/core/macro';
import type { TrialHistoryView } from '@tuesday/protocol';
import { momentWords } from '../time.ts';
import { LEAST, MOST } from './trial-scale.ts';

const WIDTH = 320;
const HEIGHT = 120;
/** Room for the words of the bounds. */
const RIGHT = 46;

/** The evidence over time against its bounds; what is weaker than the scale lies at its foot. */
export function TrialChart({ history, zone }: { history: TrialHistoryView; zone: string }) {
  const { points, pauseAt, haltAt, opened } = history;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return null;
  const x = (at: number) => ((at - first.at) / (last.at - first.at)) * (WIDTH - RIGHT);
  const y = (power: number) =>
    HEIGHT - ((Math.min(MOST, Math.max(LEAST, power)) - LEAST) / (MOST - LEAST)) * HEIGHT;
  const line = points.map(({ at, evidence }) => `${x(at).toFixed(1)},${y(evidence).toFixed(1)}`).join(' ');
  const seen = opened.filter(({ at }) => at > first.at && at <= last.at);
  return (
    <figure className="mt-4">
      <p className="sr-only">{words(history)}</p>
      <svg viewBox={`0 -6 ${WIDTH} ${HEIGHT + 12}`} className="w-full" aria-hidden>
        {seen.map(({ stage, at }) => (
          <g key={stage}>
            <line x1={x(at)} x2={x(at)} y1={0} y2={HEIGHT} className="stroke-line" strokeDasharray="2 3" />
            <text x={x(at) + 3} y={8} className="fill-ink-2 text-[9px]">
              {stage + 1}
            </text>
          </g>
        ))}
        {(
          [
            [haltAt, t`halts`, 'stroke-bad'],
            [pauseAt, t`pauses`, 'stroke-warn'],
          ] as const
        ).map(([bound, word, look]) => (
          <g key={word}>
            <line
              x1={0}
              x2={WIDTH - RIGHT}
              y1={y(bound)}
              y2={y(bound)}
              className={look}
              strokeDasharray="5 3"
            />
            <text x={WIDTH - RIGHT + 5} y={y(bound) + 3} className="fill-ink-2 text-[10px]">
              {word}
            </text>
          </g>
        ))}
        <line x1={0} x2={WIDTH - RIGHT} y1={HEIGHT} y2={HEIGHT} className="stroke-line-strong" />
        <polyline
          points={line}
          fill="none"
          strokeWidth={2}
          strokeLinejoin="round"
          className="stroke-accent"
        />
        <circle cx={x(last.at)} cy={y(last.evidence)} r={3.5} className="fill-accent" />
      </svg>
      <figcaption className="num mt-1 flex justify-between gap-3 text-sm text-ink-2">
        <span>{momentWords(first.at, zone)}</span>
        <span className="text-right">{momentWords(last.at, zone)}</span>
      </figcaption>
    </figure>
  );
}

/** What the line shows, for whoever does not see it. */
export function words({ points, pauseAt, haltAt }: TrialHistoryView): string {
  const strongest = Math.max(...points.map(({ evidence }) => evidence));
  const now = points.at(-1)?.evidence ?? 0;
  const beyond =
    strongest >= haltAt
      ? t`It went beyond the bound that halts.`
      : strongest >= pauseAt
        ? t`It went beyond the bound that pauses, not beyond the one that halts.`
        : t`It stayed below the bound that pauses.`;
  return t`Evidence over time, as a power of ten: ${now.toFixed(1)} now, ${strongest.toFixed(1)} at its strongest. ${beyond}`;
}
