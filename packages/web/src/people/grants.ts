/** Roles by fleet, in words and while they are chosen. */
import { t } from '@lingui/core/macro';
import type { Grants, Role } from '@tuesday/protocol';

/** "thermostats: operator, approver", one line a fleet. */
export function grantsWords(grants: Grants): string[] {
  const lines = Object.entries(grants)
    .filter(([, roles]) => roles.length > 0)
    .map(([fleet, roles]) => `${fleet}: ${roles.join(', ')}`);
  return lines.length === 0 ? [t`no role anywhere`] : lines;
}

/** Fleets without a role are left out. */
export function withRoles(grants: Grants, fleet: string, roles: readonly Role[]): Grants {
  const next: Grants = { ...grants, [fleet]: [...roles] };
  return Object.fromEntries(Object.entries(next).filter(([, given]) => given.length > 0));
}
