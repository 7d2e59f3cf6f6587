/** Roles by fleet on the command line. */
import { type Grants, placeSchema, type Role, roleSchema } from '@tuesday/protocol';
import { InvalidArgumentError } from 'commander';

/** `main=operator,viewer`, repeatable. */
export function grantFlag(text: string, before: Grants = {}): Grants {
  const [fleet = '', roles, ...more] = text.split('=');
  if (roles === undefined || more.length > 0 || !placeSchema.safeParse(fleet).success)
    throw new InvalidArgumentError('must read fleet=role,role, for instance main=operator,viewer');
  return { ...before, [fleet]: rolesFlag(roles) };
}

/** `operator,viewer`. */
export function rolesFlag(text: string): Role[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !roleSchema.safeParse(name).success);
  if (wrong !== undefined)
    throw new InvalidArgumentError(`"${wrong}" is no role; they are ${roleSchema.options.join(', ')}`);
  return names as Role[];
}

/** `main: operator, viewer; other: viewer`. */
export function grantWords(grants: Grants): string {
  const words = Object.entries(grants).map(([fleet, roles]) => `${fleet}: ${roles.join(', ')}`);
  return words.join('; ') || 'none';
}
