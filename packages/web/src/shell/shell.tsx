import { type ReactNode, useEffect, useMemo } from 'react';
import { openLine, type Wanted } from '../live/line.ts';
import { prefixOf, type Route, usePath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { useAsked } from '../ui/use-asked.ts';
import { Header } from './header.tsx';
import { askPending, liveIncidents, openReviews, PendingContext, waitingForMe } from './pending.ts';
import { ReviewBanner } from './review-banner.tsx';
import { StandingLine } from './standing-line.tsx';

const WAITS: readonly Wanted[] = ['approval', 'glass', 'incident', 'delegation', 'rollout'];

/** Around every screen: who, where to, and what must not be overlooked. */
export function Shell({ route, onSignOut, children }: ShellProps) {
  const { session } = useSession();
  const fleet = prefixOf(usePath());
  useEffect(openLine, [fleet]);
  const { data, again } = useAsked('pending', askPending, 15_000, WAITS);
  const pending = useMemo(
    () => ({ approvals: [], glasses: [], incidents: [], ...data, again }),
    [data, again],
  );
  return (
    <PendingContext value={pending}>
      {route.screen !== 'wall' && (
        <>
          <Header
            session={session}
            screen={route.screen}
            waiting={waitingForMe(pending.approvals).length}
            incidents={liveIncidents(pending.incidents).length}
            onSignOut={onSignOut}
          />
          <StandingLine session={session} />
        </>
      )}
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
