import { type ReactNode, useMemo } from 'react';
import type { Route } from '../route.ts';
import { useSession } from '../session/context.ts';
import { useAsked } from '../ui/use-asked.ts';
import { Header } from './header.tsx';
import { askPending, liveIncidents, openReviews, PendingContext, waitingForMe } from './pending.ts';
import { ReviewBanner } from './review-banner.tsx';

/** Around every screen: who, where to, and what must not be overlooked. */
export function Shell({ route, onSignOut, children }: ShellProps) {
  const { session } = useSession();
  const { data, again } = useAsked('pending', askPending);
  const pending = useMemo(
    () => ({ approvals: [], glasses: [], incidents: [], ...data, again }),
    [data, again],
  );
  return (
    <PendingContext value={pending}>
      <Header
        session={session}
        screen={route.screen}
        waiting={waitingForMe(pending.approvals).length}
        incidents={liveIncidents(pending.incidents).length}
        onSignOut={onSignOut}
      />
      <ReviewBanner glasses={openReviews(pending.glasses)} session={session} />
      {children}
    </PendingContext>
  );
}

interface ShellProps {
  route: Route;
  onSignOut: () => void;
  children: ReactNode;
}
