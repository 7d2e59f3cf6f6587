/** Where the header leads. */
import { t } from '@lingui/core/macro';
import {
  BookOpenText,
  Boxes,
  CalendarDays,
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
  { to: '/', label: t`Overview`, Icon: House, screens: ['overview', 'rollout', 'plan'] },
  { to: '/fleet', label: t`Fleet`, Icon: Boxes, screens: ['fleet', 'devices', 'device'] },
  { to: '/releases', label: t`Releases`, Icon: PackageCheck, screens: ['releases', 'release', 'publish'] },
  { to: '/incidents', label: t`Incidents`, Icon: TriangleAlert, screens: ['incidents', 'incident'] },
  { to: '/approvals', label: t`Approvals`, Icon: Inbox, screens: ['approvals', 'approval'] },
  { to: '/calendar', label: t`Calendar`, Icon: CalendarDays, screens: ['calendar'] },
  { to: '/codes', label: t`Error codes`, Icon: BookOpenText, screens: ['codes', 'code'] },
  { to: '/audit', label: t`Audit`, Icon: ScrollText, screens: ['audit'] },
  { to: '/break-glass', label: t`Break glass`, Icon: Siren, screens: ['break-glass'] },
  { to: '/settings', label: t`Settings`, Icon: Settings, screens: ['settings'] },
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
