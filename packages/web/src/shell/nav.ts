/** Where the header leads. */
import {
  BookOpenText,
  Boxes,
  CalendarDays,
  House,
  Inbox,
  type LucideIcon,
  ScrollText,
  Settings,
  Siren,
} from 'lucide-react';
import type { Route } from '../route.ts';

export interface Place {
  to: string;
  label: string;
  Icon: LucideIcon;
  screens: ReadonlyArray<Route['screen']>;
}

export const PLACES: readonly Place[] = [
  { to: '/', label: 'Overview', Icon: House, screens: ['overview', 'rollout'] },
  { to: '/fleet', label: 'Fleet', Icon: Boxes, screens: ['fleet', 'devices', 'device'] },
  { to: '/approvals', label: 'Approvals', Icon: Inbox, screens: ['approvals', 'approval'] },
  { to: '/calendar', label: 'Calendar', Icon: CalendarDays, screens: ['calendar'] },
  { to: '/codes', label: 'Error codes', Icon: BookOpenText, screens: ['codes', 'code'] },
  { to: '/audit', label: 'Audit', Icon: ScrollText, screens: ['audit'] },
  { to: '/break-glass', label: 'Break glass', Icon: Siren, screens: ['break-glass'] },
  { to: '/settings', label: 'Settings', Icon: Settings, screens: ['settings'] },
];
