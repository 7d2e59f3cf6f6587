import { t } from '@lingui/core/macro';
import type { Calendar, Shift } from '@tuesday/protocol';
import { ChevronLeft, ChevronRight, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { dayWords } from '../rollouts/passed-over.ts';
import { useSession } from '../session/context.ts';
import { fleetAt } from '../time.ts';
import { Card } from '../ui/card.tsx';
import { useNow } from '../ui/use-now.ts';
import { DayCell } from './day-cell.tsx';
import { dateIn, daysOf, later, mondayOf } from './days.ts';
import type { PlannedStage } from './planned.ts';
import { watchersOn } from './watchers.ts';
import { WEEKDAYS_IN_SHORT } from './weekday-words.ts';

interface Props {
  calendar: Calendar;
  shifts: readonly Shift[];
  planned: readonly PlannedStage[];
}

const WEEKS = 5;

/** Five weeks: a grid where there is room, one line a day on a phone. */
export function Grid({ calendar, shifts, planned }: Props) {
  const { anchor } = useSession().session;
  const today = dateIn(fleetAt(anchor, useNow(10_000)), calendar.zone);
  const [page, setPage] = useState(0);
  const first = later(mondayOf(today), page * WEEKS * 7);
  const days = daysOf(calendar, first, WEEKS * 7);
  const last = days.at(-1)?.date ?? first;
  return (
    <Card
      title={t`${dayWords(first)} to ${dayWords(last)}`}
      aside={
        <span className="flex items-center gap-1">
          <span className="mr-2 text-sm text-ink-2">{calendar.zone}</span>
          <Turn label={t`Earlier weeks`} Icon={ChevronLeft} onClick={() => setPage(page - 1)} />
          <Turn label={t`Later weeks`} Icon={ChevronRight} onClick={() => setPage(page + 1)} />
        </span>
      }
    >
      <div aria-hidden className="mt-3 hidden grid-cols-7 gap-px text-sm text-ink-2 md:grid">
        {WEEKDAYS_IN_SHORT.map((name) => (
          <span key={name} className="px-2 py-1">
            {name}
          </span>
        ))}
      </div>
      <ol className="mt-3 grid gap-px overflow-hidden rounded-lg border border-line bg-line md:mt-0 md:grid-cols-7">
        {days.map((day) => (
          <DayCell
            key={day.date}
            day={day}
            today={day.date === today}
            past={day.date < today}
            watchers={watchersOn(shifts, day.date, calendar.zone)}
            stages={planned.filter(({ at }) => dateIn(at, calendar.zone) === day.date)}
            zone={calendar.zone}
          />
        ))}
      </ol>
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5 text-sm text-ink-2">
        <Key look="bg-good-soft ring-1 ring-good ring-inset">{t`stages may open`}</Key>
        <Key look="closed">{t`freeze or holiday`}</Key>
        <Key look="bg-accent">{t`stage of a rollout`}</Key>
        <Key look="bg-surface ring-1 ring-line-strong ring-inset">{t`no window`}</Key>
      </ul>
    </Card>
  );
}

interface TurnProps {
  label: string;
  Icon: LucideIcon;
  onClick: () => void;
}

function Turn({ label, Icon, onClick }: TurnProps) {
  return (
    <button
      type="button"
      aria-label={label}
      className="grid size-10 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
      onClick={onClick}
    >
      <Icon size={20} aria-hidden />
    </button>
  );
}

function Key({ look, children }: { look: string; children: string }) {
  return (
    <li className="flex items-center gap-2">
      <span aria-hidden className={`size-3.5 rounded-[4px] ${look}`} /> {children}
    </li>
  );
}
