import { t } from '@lingui/core/macro';
import type { WhatIfResult } from '@tuesday/simulator/rehearsal';
import { whatIfText } from '@tuesday/simulator/what-if';
import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { StoryCard } from './story-card.tsx';
import { hoursWords } from './words.ts';

const HOUR = 3_600_000;
/** Real milliseconds in which the longest story is told. */
const LASTS = 14_000;

interface Props {
  /** The worst first. */
  results: readonly WhatIfResult[];
  zone: string;
}

/** The runs in the middle, played side by side by one clock: hours since the first stage opened. */
export function Player({ results, zone }: Props) {
  const longest = Math.max(1, ...results.map(({ story }) => (story.ends - story.begins) / HOUR));
  const [hour, setHour] = useState(() => (isStill() ? Infinity : 0));
  const [runs, setRuns] = useState(() => !isStill());
  const now = Math.min(hour, longest);
  const ended = now >= longest;
  useEffect(() => {
    if (!runs) return undefined;
    let frame = 0;
    let before: number | undefined;
    const step = (at: number) => {
      const passed = before === undefined ? 0 : at - before;
      before = at;
      setHour((old) => Math.min(old, longest) + (passed / LASTS) * longest);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [runs, longest]);
  if (runs && ended) setRuns(false);
  const press = () => {
    if (ended) setHour(0);
    setRuns(!runs);
  };
  return (
    <Card
      title={t`Watch it`}
      lead={t`Each as its run in the middle went, by the hours since its first stage opened.`}
    >
      <div className="mt-4 flex flex-wrap items-center gap-4">
        <Button kind="quiet" small className="w-32" onClick={press}>
          {runs ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
          {runs ? t`Pause` : ended ? t`Play again` : t`Play`}
        </Button>
        <input
          type="range"
          className="chart-slider min-w-48 flex-1"
          min={0}
          max={longest}
          step={0.25}
          value={now}
          aria-label={t`Hours since the first stage opened`}
          aria-valuetext={hoursWords(now)}
          onChange={(event) => {
            setRuns(false);
            setHour(Number(event.target.value));
          }}
        />
        <span className="num w-16 text-right text-sm font-semibold">
          {hoursWords(Math.round(now * 10) / 10)}
        </span>
      </div>
      <div className={`mt-5 grid gap-5 ${results.length > 1 ? 'md:grid-cols-2' : ''}`}>
        {results.map((one) => (
          <StoryCard key={whatIfText(one.whatIf)} result={one} hour={now} longest={longest} zone={zone} />
        ))}
      </div>
    </Card>
  );
}

/** Who wants little motion sees how it ends, and plays it by hand. */
function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
