/** The token that a new installation gets: all roles in the first fleet, and nobody's, so it consents to nothing. */
import { roleSchema } from '@tuesday/protocol';
import { hashToken } from '../devices/tokens.ts';

/** @returns a row of `installation.tokens` */
export function firstToken(secret: string, label: string, now: number) {
  const hash = hashToken(secret);
  return {
    token: `first-${hash.toString('hex').slice(0, 8)}`,
    hash,
    label,
    organisation: 'main',
    person: null,
    fleet: 'main',
    roles: [...roleSchema.options],
    installation: true,
    created_at: now,
  };
}
