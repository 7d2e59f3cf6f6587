/** Where the header leads. */
import {
  BookOpenText,
  Boxes,
  CalendarDays,
  Clapperboard,
  House,
  Inbox,
  type LucideIcon,
  PackageCheck,
  ScrollText,
  Settings,
  Siren,
  TriangleAlert,
} from 'lucide-react';
import type { Route } from '../route.ts';

export interface Place {
  to: string;
  label: string;
  Icon: LucideIcon;
  screens: ReadonlyArray<Route['screen']>;
}

export const PLACES: readonly Place[] = [
  { to: '/', label: 'Overview', Icon: House, screens: ['overview', 'rollout', 'plan'] },
  { to: '/fleet', label: 'Fleet', Icon: Boxes, screens: ['fleet', 'devices', 'device'] },
  { to: '/releases', label: 'Releases', Icon: PackageCheck, screens: ['releases', 'release', 'publish'] },
  { to: '/incidents', label: 'Incidents', Icon: TriangleAlert, screens: ['incidents', 'incident'] },
  { to: '/approvals', label: 'Approvals', Icon: Inbox, screens: ['approvals', 'approval'] },
  { to: '/calendar', label: 'Calendar', Icon: CalendarDays, screens: ['calendar'] },
  { to: '/rehearsal', label: 'Rehearsal', Icon: Clapperboard, screens: ['rehearsal'] },
  { to: '/codes', label: 'Error codes', Icon: BookOpenText, screens: ['codes', 'code'] },
  { to: '/audit', label: 'Audit', Icon: ScrollText, screens: ['audit'] },
  { to: '/break-glass', label: 'Break glass', Icon: Siren, screens: ['break-glass'] },
  { to: '/settings', label: 'Settings', Icon: Settings, screens: ['settings'] },
];

/** What an operator goes to every day; the rest is one press further away. */
const EVERY_DAY: ReadonlySet<string> = new Set([
  '/',
  '/fleet',
  '/releases',
  '/incidents',
  '/approvals',
  '/calendar',
]);
export const EVERYDAY = PLACES.filter(({ to }) => EVERY_DAY.has(to));
export const REST = PLACES.filter(({ to }) => !EVERY_DAY.has(to));
