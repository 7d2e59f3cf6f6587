/** Which buttons a person's roles allow. A courtesy only: the server decides. */
import { t } from '@lingui/core/macro';
import type { AccountView, Permission, PERMISSIONS, Role } from '@tuesday/protocol';
import { oneOf } from '../language/lists.ts';
import { fleetOf } from '../route.ts';

/** The protocol's own table; its type holds this copy to it, and the schemas stay out of the bundle. */
const ROLES_OF: typeof PERMISSIONS = {
  read: ['viewer', 'support', 'operator', 'approver', 'commander', 'admin'],
  ticket: ['support', 'operator', 'commander', 'admin'],
  operate: ['operator', 'commander'],
  stop: ['operator', 'commander'],
  approve: ['approver', 'commander'],
  'break-glass': ['commander'],
  administer: ['admin'],
};

type Fleets = Pick<AccountView, 'name' | 'fleets'>;

/** The fleet that this console shows, with the person's roles there. */
export function fleetHere({
  fleets,
}: Pick<AccountView, 'fleets'>): AccountView['fleets'][number] | undefined {
  const named = typeof location === 'undefined' ? undefined : fleetOf(location.pathname);
  return named === undefined ? fleets[0] : fleets.find(({ fleet }) => fleet === named);
}

/** @returns why a button that needs the permission says no; undefined when the roles allow it */
export function refusalFor(account: Fleets, permission: Permission): string | undefined {
  const fleet = fleetHere(account);
  const having: readonly Role[] = ROLES_OF[permission];
  if (fleet?.roles.some((role) => having.includes(role)) === true) return undefined;
  return t`This needs the role ${oneOf(having)}, and ${account.name} does not have it in ${fleet?.name ?? t`this fleet`}.`;
}
