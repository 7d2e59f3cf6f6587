import { FastForward, LogOut } from 'lucide-react';
import type { Session } from '../session/session.ts';
import { fleetAt, momentWords } from '../time.ts';
import { Link } from './link.tsx';
import { Mark } from './mark.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { useNow } from './use-now.ts';

export function Header({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-ground/95 backdrop-blur">
      <div className="mx-auto flex h-16 max-w-[90rem] items-center gap-2 px-4 sm:px-6">
        <Link
          to="/"
          className="flex items-center gap-2.5 rounded-lg py-1 pr-2 font-semibold tracking-tight"
          label="Tuesday, overview"
        >
          <Mark /> <span className="max-[420px]:sr-only">Tuesday</span>
        </Link>
        <FleetClock session={session} />
        <ThemeToggle />
        <button
          type="button"
          aria-label="Sign out"
          className="grid size-10 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
          onClick={onSignOut}
        >
          <LogOut size={18} aria-hidden />
        </button>
      </div>
    </header>
  );
}

function FleetClock({ session: { anchor, zone } }: { session: Session }) {
  const now = useNow(anchor.rate > 1 ? 250 : 1_000);
  return (
    <p className="num ml-auto flex flex-wrap items-center justify-end gap-x-3 text-right text-sm leading-tight">
      {anchor.rate !== 1 && (
        <span className="flex items-center gap-1.5 font-medium text-warn">
          <FastForward size={14} aria-hidden className="max-sm:hidden" />
          demo clock, {anchor.rate}× real time
        </span>
      )}
      <span className="text-ink-2">
        <span className="max-sm:hidden">fleet time </span>
        <time>{momentWords(fleetAt(anchor, now), zone)}</time>
      </span>
    </p>
  );
}
