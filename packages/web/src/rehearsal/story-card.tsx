import { t } from '@lingui/core/macro';
import type { Story, WhatIfResult } from '@tuesday/simulator/rehearsal';
import { numberWords } from '../rollouts/words.ts';
import { momentWords } from '../time.ts';
import { Chip } from '../ui/tone-icon.tsx';
import { DevicesChart, EvidenceChart } from './story-charts.tsx';
import { outcomeWords, toneOf } from './words.ts';

const HOUR = 3_600_000;

export interface Shown {
  result: WhatIfResult;
  /** Since the first stage opened. */
  hour: number;
  /** Of all that are shown: they share one axis. */
  longest: number;
  zone: string;
}

/** One story up to this hour: the calendar, who has it, who is harmed, the evidence, and what has happened. */
export function StoryCard(shown: Shown) {
  const { result, hour, zone } = shown;
  const { whatIf, story } = result;
  const at = Math.min(story.begins + hour * HOUR, story.ends);
  const point = story.points.findLast((one) => one.at <= at) ?? story.points[0];
  const seen = story.events.filter((event) => event.at <= at);
  const isOver = at >= story.ends;
  return (
    <article aria-label={whatIf.name} className="min-w-0 rounded-xl border border-line p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="min-w-0 font-semibold wrap-anywhere">{whatIf.name}</h3>
        {isOver ? (
          <Chip tone={toneOf(result)}>{outcomeWords(result)}</Chip>
        ) : (
          <Chip tone="active">{seen.some(({ kind }) => kind === 'halted') ? t`halted` : t`goes on`}</Chip>
        )}
      </div>
      <p className="num mt-1 text-sm text-ink-2">{momentWords(at, zone)}</p>
      <dl className="num mt-3 grid grid-cols-2 gap-3">
        <Figure label={t`have the release`} value={point?.offered ?? 0} look="" />
        <Figure
          label={t`harmed`}
          value={point?.harmed ?? 0}
          look={(point?.harmed ?? 0) > 0 ? 'text-bad' : ''}
        />
      </dl>
      <DevicesChart {...shown} />
      <EvidenceChart {...shown} />
      <Events story={story} seen={seen.length} zone={zone} />
    </article>
  );
}

function Figure({ label, value, look }: { label: string; value: number; look: string }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-sm text-ink-2">{label}</dt>
      <dd className={`text-2xl leading-tight font-semibold ${look}`}>{numberWords(value)}</dd>
    </div>
  );
}

const DOTS = {
  opened: 'bg-accent',
  harmed: 'bg-bad',
  paused: 'bg-warn',
  halted: 'bg-bad',
  acted: 'bg-good',
  down: 'bg-ink-2',
  up: 'bg-ink-2',
} as const;

/** Room for all from the beginning: nothing jumps while it plays. */
function Events({ story, seen, zone }: { story: Story; seen: number; zone: string }) {
  return (
    <ol className="num mt-3 grid gap-1.5 text-sm">
      {story.events.map(({ at, kind, what }, index) => (
        <li
          key={`${at} ${what}`}
          className={`grid grid-cols-[auto_1fr] items-baseline gap-x-2.5 ${index < seen ? '' : 'invisible'}`}
        >
          <span aria-hidden className={`size-2 rounded-full ${DOTS[kind]}`} />
          <span className="text-pretty wrap-anywhere">
            <span className="text-ink-2">{momentWords(at, zone)}</span> {what}
          </span>
        </li>
      ))}
    </ol>
  );
}
