import { Trans } from '@lingui/react/macro';
import { Ban, DoorOpen, Eye, EyeOff } from 'lucide-react';
import { dayWords } from '../rollouts/passed-over.ts';
import { rolloutPath } from '../route.ts';
import { bothTimes, clockWords } from '../time.ts';
import { Link } from '../ui/link.tsx';
import type { Day } from './days.ts';
import type { PlannedStage } from './planned.ts';

interface Props {
  day: Day;
  today: boolean;
  past: boolean;
  /** Undefined where the roster does not reach. */
  watchers: readonly string[] | undefined;
  stages: readonly PlannedStage[];
  zone: string;
}

export function DayCell({ day, today, past, watchers, stages, zone }: Props) {
  const { open, openForLast, closed } = day;
  const whole = closed.some(({ hours }) => hours === undefined);
  const ground = whole ? 'closed' : open.length > 0 ? 'bg-good-soft' : 'bg-surface';
  return (
    <li
      aria-current={today ? 'date' : undefined}
      className={`num flex min-w-0 gap-3 px-3 py-2 text-xs md:min-h-28 md:flex-col md:gap-1 md:px-2 ${ground} ${today ? 'relative outline-2 -outline-offset-2 outline-accent' : ''}`}
    >
      <p className={`shrink-0 text-sm max-md:w-24 ${past ? 'text-ink-2' : 'font-semibold'}`}>
        {/* Said in full, shown as short as the place allows. */}
        <span className="md:sr-only">{dayWords(day.date)}</span>
        <span aria-hidden className="max-md:hidden">
          {Number(day.date.slice(8))}
        </span>
        {today && (
          <span className="ml-1 font-normal text-accent">
            <Trans>today</Trans>
          </span>
        )}
      </p>
      <div className="grid w-full min-w-0 flex-1 grid-cols-1 content-start gap-1">
        {open.map((hours) => (
          <Line key={hours} Icon={DoorOpen} look="text-good">
            {hours}
          </Line>
        ))}
        {openForLast.map((hours) => (
          <Line key={hours} Icon={DoorOpen} look="text-warn">
            <Trans>{hours}, last stage only</Trans>
          </Line>
        ))}
        {closed.map(({ name, hours }) => (
          <Line key={name} Icon={Ban} look="text-bad">
            {hours === undefined ? name : `${name}, ${hours}`}
          </Line>
        ))}
        {stages.map((one) => (
          <Link
            key={`${one.rollout} ${one.stage}`}
            to={rolloutPath(one.rollout)}
            className={`block min-w-0 rounded-md px-1.5 py-1 font-semibold ${one.opened ? 'bg-accent text-surface' : 'border border-dashed border-accent bg-surface text-accent'}`}
          >
            <Trans>
              {clockWords(one.at, zone)} stage {one.stage}
            </Trans>
            <Yours at={one.at} zone={zone} />
            <span className="block truncate font-normal">{one.name}</span>
          </Link>
        ))}
        {watchers && watchers.length > 0 && (
          <Line Icon={Eye} look="text-ink-2">
            {watchers.join(', ')}
          </Line>
        )}
        {watchers?.length === 0 && (
          <Line Icon={EyeOff} look="text-warn">
            <Trans>nobody on watch</Trans>
          </Line>
        )}
        {open.length === 0 && openForLast.length === 0 && closed.length === 0 && (
          <span className="text-ink-2 md:sr-only">
            <Trans>no window</Trans>
          </span>
        )}
      </div>
    </li>
  );
}

function Line({ Icon, look, children }: { Icon: typeof Eye; look: string; children: React.ReactNode }) {
  return (
    <span className={`flex items-start gap-1.5 ${look}`}>
      <Icon size={13} aria-hidden className="mt-px shrink-0" />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </span>
  );
}

/** What the viewer's clock shows then, where that is something else. */
function Yours({ at, zone }: { at: number; zone: string }) {
  const { yours } = bothTimes(at, zone);
  return yours === undefined ? null : (
    <span className="num block font-normal">
      <Trans>{yours} yours</Trans>
    </span>
  );
}
