import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { ChevronDown, FastForward, Inbox, LogOut, Menu as MenuIcon, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Route, usePath } from '../route.ts';
import { fleetHere } from '../session/allowed.ts';
import type { Session } from '../session/session.ts';
import { fleetAt, momentWords } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { Mark } from '../ui/mark.tsx';
import { useNow } from '../ui/use-now.ts';
import { EVERYDAY, type Place, PLACES, REST } from './nav.ts';
import { ThemeToggle } from './theme-toggle.tsx';

interface Props {
  session: Session;
  screen: Route['screen'];
  /** Requests that wait for this person's consent. */
  waiting: number;
  /** That are not closed. */
  incidents: number;
  onSignOut: () => void;
}

export function Header({ session, screen, waiting, incidents, onSignOut }: Props) {
  const path = usePath();
  // Open on one page only: whoever goes to another one has chosen.
  const [openOn, setOpenOn] = useState<string>();
  const open = openOn === path;
  const toggle = () => setOpenOn(open ? undefined : path);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setOpenOn(undefined);
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-ground">
      <div className="mx-auto flex h-16 max-w-[90rem] items-center gap-1 px-4 sm:px-6">
        <Link
          to="/"
          className="flex items-center gap-2.5 rounded-lg py-1 pr-2 font-semibold tracking-tight"
          label={t`Tuesday, overview`}
        >
          <Mark /> <span className="max-[420px]:sr-only">Tuesday</span>
        </Link>
        <nav aria-label={t`Main`} className="ml-3 hidden items-center xl:flex">
          <Places places={EVERYDAY} screen={screen} waiting={waiting} incidents={incidents} />
          <button
            type="button"
            aria-expanded={open}
            className={`flex min-h-11 items-center gap-1 rounded-lg px-2.5 text-sm font-medium whitespace-nowrap hover:bg-sunken hover:text-ink ${REST.some(({ screens }) => screens.includes(screen)) ? 'bg-sunken text-ink' : 'text-ink-2'}`}
            onClick={toggle}
          >
            <Trans>More</Trans> <ChevronDown size={16} aria-hidden className={open ? 'rotate-180' : ''} />
          </button>
        </nav>
        <FleetClock session={session} />
        <Link
          to="/approvals"
          label={waitingWords(waiting)}
          className="relative grid size-11 place-items-center rounded-lg text-ink-2 hover:bg-sunken xl:hidden"
        >
          <Inbox size={20} aria-hidden />
          <Badge count={waiting} className="absolute top-0.5 right-0" />
        </Link>
        <div className="hidden items-center xl:flex">
          <ThemeToggle />
          <Who session={session} />
          <SignOut onSignOut={onSignOut} />
        </div>
        <button
          type="button"
          aria-label={open ? t`Close the menu` : t`Menu`}
          aria-expanded={open}
          className="grid size-11 place-items-center rounded-lg text-ink-2 hover:bg-sunken xl:hidden"
          onClick={toggle}
        >
          {open ? <X size={20} aria-hidden /> : <MenuIcon size={20} aria-hidden />}
        </button>
      </div>
      {open && (
        <div className="absolute inset-x-0 top-full border-b border-line bg-surface px-4 pt-2 pb-4 shadow-2xl xl:inset-x-auto xl:right-auto xl:left-1/2 xl:min-w-64 xl:-translate-x-1/2 xl:rounded-b-xl xl:border-x">
          <nav aria-label={t`All`} className="grid grid-cols-2 gap-1 xl:hidden">
            <Places places={PLACES} screen={screen} waiting={waiting} incidents={incidents} />
          </nav>
          <nav aria-label={t`More`} className="hidden gap-1 xl:grid">
            <Places places={REST} screen={screen} waiting={waiting} incidents={incidents} />
          </nav>
          <div className="mt-2 flex items-center gap-1 border-t border-line pt-2 xl:hidden">
            <Who session={session} />
            <span className="flex-1" />
            <ThemeToggle />
            <SignOut onSignOut={onSignOut} />
          </div>
        </div>
      )}
    </header>
  );
}

interface PlacesProps extends Pick<Props, 'screen' | 'waiting' | 'incidents'> {
  places: readonly Place[];
}

function Places({ places, screen, waiting, incidents }: PlacesProps) {
  return places.map(({ to, label, Icon, screens }) => {
    const here = screens.includes(screen);
    return (
      <Link
        key={to}
        to={to}
        current={here}
        className={`flex min-h-11 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium whitespace-nowrap hover:bg-sunken hover:text-ink ${here ? 'bg-sunken text-ink' : 'text-ink-2'}`}
      >
        <Icon size={18} aria-hidden className="xl:hidden" />
        {label}
        {to === '/approvals' && <Badge count={waiting} />}
        {to === '/incidents' && <Badge count={incidents} means={t`not closed`} />}
      </Link>
    );
  });
}

interface BadgeProps {
  count: number;
  means?: string;
  className?: string;
}

function Badge({ count, means = t`waiting for you`, className = '' }: BadgeProps) {
  if (count === 0) return null;
  return (
    <span
      className={`num grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1.5 text-xs font-semibold text-surface ${className}`}
    >
      {count}
      <span className="sr-only"> {means}</span>
    </span>
  );
}

function waitingWords(waiting: number): string {
  return waiting === 0 ? t`Approvals` : t`Approvals, ${waiting} waiting for you`;
}

/** Name and fleet; leads to the account. */
function Who({ session: { account } }: Pick<Props, 'session'>) {
  const fleet = fleetHere(account)?.name;
  return (
    <Link
      to="/account"
      className="min-w-0 rounded-lg px-2.5 py-1.5 text-right leading-tight hover:bg-sunken max-xl:text-left"
    >
      <span className="block max-w-40 truncate text-sm font-semibold">{account.display}</span>
      <span className="block max-w-40 truncate text-xs text-ink-2">{fleet ?? account.organisation}</span>
      <span className="sr-only">
        <Trans>, your account</Trans>
      </span>
    </Link>
  );
}

function SignOut({ onSignOut }: Pick<Props, 'onSignOut'>) {
  return (
    <button
      type="button"
      aria-label={t`Sign out`}
      className="grid size-10 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
      onClick={onSignOut}
    >
      <LogOut size={18} aria-hidden />
    </button>
  );
}

function FleetClock({ session: { anchor, zone } }: Pick<Props, 'session'>) {
  const now = useNow(anchor.rate > 1 ? 250 : 1_000);
  return (
    <p className="num mr-1 ml-auto grid text-right text-xs leading-tight whitespace-nowrap sm:text-sm">
      {anchor.rate !== 1 && (
        <span className="flex items-center justify-end gap-1.5 font-medium text-warn">
          <FastForward size={14} aria-hidden className="max-sm:hidden" />
          <Trans>demo clock, {anchor.rate}× real time</Trans>
        </span>
      )}
      <span className="text-ink-2">
        <span className="max-sm:hidden">
          <Trans>fleet time</Trans>{' '}
        </span>
        <time>{momentWords(fleetAt(anchor, now), zone)}</time>
      </span>
    </p>
  );
}
