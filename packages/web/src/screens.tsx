import { t } from '@lingui/core/macro';
import { lazy, Suspense, useMemo } from 'react';
import { Overview } from './fleet/overview.tsx';
import { RolloutPage } from './rollouts/rollout-page.tsx';
import { type Route, routeOf, usePath } from './route.ts';
import { Shell } from './shell/shell.tsx';
import { Nowhere } from './ui/notices.tsx';
import { PageBroken } from './ui/page-broken.tsx';
import { Waiting } from './ui/waiting.tsx';

/** What is not looked at first is not loaded first. */
const Join = lazy(() => import('./join/join-page.tsx'));
const Approvals = lazy(() => import('./approvals/inbox.tsx'));
const Approval = lazy(() => import('./approvals/approval-page.tsx'));
const BreakGlass = lazy(() => import('./glass/break-glass-page.tsx'));
const CalendarPage = lazy(() => import('./calendar/calendar-page.tsx'));
const Settings = lazy(() => import('./settings/settings-page.tsx'));
const Account = lazy(() => import('./account/account-page.tsx'));
const FleetPage = lazy(() => import('./fleet/fleet-page.tsx'));
const DevicesPage = lazy(() => import('./devices/devices-page.tsx'));
const DevicePage = lazy(() => import('./device/device-page.tsx'));
const CodesPage = lazy(() => import('./codes/codes-page.tsx'));
const CodePage = lazy(() => import('./codes/code-page.tsx'));
const PlanPage = lazy(() => import('./plan/plan-page.tsx'));
const RehearsalPage = lazy(() => import('./rehearsal/rehearsal-page.tsx'));
const IncidentsPage = lazy(() => import('./incidents/incidents-page.tsx'));
const IncidentPage = lazy(() => import('./incidents/incident-page.tsx'));
const RecoveriesPage = lazy(() => import('./recoveries/recoveries-page.tsx'));
const RecoveryPage = lazy(() => import('./recoveries/recovery-page.tsx'));
const PlanRecoveryPage = lazy(() => import('./recoveries/plan-recovery-page.tsx'));
const WallPage = lazy(() => import('./wall/wall-page.tsx'));
const Audit = lazy(() => import('./audit/audit-page.tsx'));
const ReleasesPage = lazy(() => import('./releases/releases-page.tsx'));
const ReleasePage = lazy(() => import('./releases/release-page.tsx'));
const PublishPage = lazy(() => import('./releases/publish-page.tsx'));

interface Props {
  onJoined: () => Promise<void>;
  /** Absent where nobody is signed in yet. */
  onSignOut?: () => void;
}

export function Screens({ onJoined, onSignOut }: Props) {
  const path = usePath();
  const route = useMemo(() => routeOf(path), [path]);
  const screen = (
    <PageBroken key={path}>
      <Suspense fallback={<Loading />}>
        {route.screen === 'join' ? <Join onJoined={onJoined} /> : <Screen route={route} />}
      </Suspense>
    </PageBroken>
  );
  return onSignOut === undefined || route.screen === 'join' ? (
    screen
  ) : (
    <Shell route={route} onSignOut={onSignOut}>
      {screen}
    </Shell>
  );
}

function Loading() {
  return (
    <main aria-busy="true" aria-label="Tuesday" className="mx-auto min-h-dvh max-w-[90rem] px-4 py-6 sm:px-6">
      <Waiting what={t`this page`} command="tuesday --help" />
    </main>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'overview':
      return <Overview />;
    case 'rollout':
      return <RolloutPage key={route.rollout} rollout={route.rollout} />;
    case 'wall':
      return <WallPage rollout={route.rollout} />;
    case 'approvals':
      return <Approvals />;
    case 'approval':
      return <Approval key={route.approval} approval={route.approval} />;
    case 'fleet':
      return <FleetPage />;
    case 'devices':
      return <DevicesPage />;
    case 'device':
      return <DevicePage key={route.device} device={route.device} />;
    case 'codes':
      return <CodesPage />;
    case 'code':
      return <CodePage key={route.code} code={route.code} />;
    case 'incidents':
      return <IncidentsPage />;
    case 'incident':
      return <IncidentPage key={route.incident} incident={route.incident} />;
    case 'recoveries':
      return <RecoveriesPage />;
    case 'recovery-plan':
      return <PlanRecoveryPage />;
    case 'recovery':
      return <RecoveryPage key={route.recovery} recovery={route.recovery} />;
    case 'break-glass':
      return <BreakGlass />;
    case 'calendar':
      return <CalendarPage />;
    case 'settings':
      return <Settings part={route.part} />;
    case 'account':
      return <Account />;
    case 'audit':
      return <Audit />;
    case 'releases':
      return <ReleasesPage />;
    case 'publish':
      return <PublishPage />;
    case 'release':
      return <ReleasePage key={route.release} version={route.release} part={route.part} />;
    case 'plan':
      return <PlanPage />;
    case 'rehearsal':
      return <RehearsalPage />;
    case 'join':
    case 'nowhere':
      return <Nowhere />;
    default:
      return route satisfies never;
  }
}
