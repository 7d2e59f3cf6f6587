import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { StoryPoint } from '@tuesday/simulator/rehearsal';
import { numberWords } from '../rollouts/words.ts';
import type { Shown } from './story-card.tsx';

const HOUR = 3_600_000;
const BOX = 'absolute inset-0 size-full';

/** How far along the shared axis, 0 to 100. */
function places({ result: { story }, longest }: Shown) {
  return (at: number) => ((at - story.begins) / HOUR / longest) * 100;
}

function upTo({ result: { story }, hour }: Shown): readonly StoryPoint[] {
  return story.points.filter(({ at }) => at <= story.begins + hour * HOUR);
}

/** Shares of the whole fleet: what is small in one story is small beside the other. */
export function DevicesChart(shown: Shown) {
  const { devices, story } = shown.result;
  const x = places(shown);
  const y = (count: number) => 100 - (count / Math.max(1, devices)) * 100;
  const points = upTo(shown);
  const area = (value: (one: StoryPoint) => number) => {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return '';
    const line = points.map((one) => `${x(one.at).toFixed(2)} ${y(value(one)).toFixed(2)}`);
    return `M${x(first.at).toFixed(2)} 100 L${line.join(' L')} L${x(last.at).toFixed(2)} 100 Z`;
  };
  const opened = story.events.filter(({ kind }) => kind === 'opened');
  return (
    <figure className="mt-3">
      <figcaption className="flex flex-wrap justify-between gap-x-3 text-xs text-ink-2">
        <span>
          <Trans>Devices, of {numberWords(devices)}</Trans>
        </span>
        <span aria-hidden className="flex gap-3">
          <Key look="rehearsed-offered">{t`have it`}</Key>
          <Key look="rehearsed-harmed">{t`harmed`}</Key>
        </span>
      </figcaption>
      <div aria-hidden className="relative mt-1 h-28 overflow-hidden rounded-md bg-sunken">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" className={BOX}>
          {opened.map(({ at }) => (
            <path key={at} d={`M${x(at)} 0 V100`} className="chart-grid" />
          ))}
          <path d={area(({ offered }) => offered)} className="rehearsed-offered" />
          <path d={area(({ harmed }) => harmed)} className="rehearsed-harmed" />
        </svg>
      </div>
    </figure>
  );
}

function Key({ look, children }: { look: string; children: string }) {
  return (
    <span className="flex items-center gap-1">
      <svg viewBox="0 0 10 10" className="size-2.5">
        <rect width="10" height="10" className={look} />
      </svg>
      {children}
    </span>
  );
}

/** The statistic against its bounds, as powers of ten. */
export function EvidenceChart(shown: Shown) {
  const { story } = shown.result;
  const { haltAt, pauseAt } = story;
  if (haltAt === null || pauseAt === null)
    return (
      <p className="mt-3 text-sm text-ink-2">
        <Trans>Nobody weighs any evidence: nothing halts by itself.</Trans>
      </p>
    );
  const x = places(shown);
  const top = haltAt + 0.7;
  const y = (power: number) => 100 - (Math.min(power, top) / top) * 100;
  const line = upTo(shown).flatMap(({ at, evidence }) =>
    evidence === null ? [] : [`${x(at).toFixed(2)} ${y(evidence).toFixed(2)}`],
  );
  const strongest = Math.max(0, ...upTo(shown).map(({ evidence }) => evidence ?? 0));
  return (
    <figure className="mt-3">
      <figcaption className="num flex flex-wrap justify-between gap-x-3 text-xs text-ink-2">
        <span>
          <Trans>Evidence against the bound that halts</Trans>
        </span>
        <span>
          <Trans>
            {weightWords(strongest)} of {weightWords(haltAt)}
          </Trans>
        </span>
      </figcaption>
      <div aria-hidden className="relative mt-1 h-20 overflow-hidden rounded-md bg-sunken">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" className={BOX}>
          <path d={`M0 ${y(pauseAt)} H100`} className="chart-line chart-dashed stroke-warn" />
          <path d={`M0 ${y(haltAt)} H100`} className="chart-line chart-dashed stroke-bad" />
          {line.length > 1 && <path d={`M${line.join(' L')}`} className="chart-line stroke-accent" />}
        </svg>
        <span className="absolute right-1 text-xs text-ink-2" style={{ top: `${y(haltAt)}%` }}>
          <Trans>halts</Trans>
        </span>
        <span className="absolute right-1 text-xs text-ink-2" style={{ top: `${y(pauseAt)}%` }}>
          <Trans>pauses</Trans>
        </span>
      </div>
    </figure>
  );
}

/** A power of ten as the number of times that it is likelier. */
const weightWords = (power: number) => numberWords(Math.round(10 ** Math.min(power, 12)));
