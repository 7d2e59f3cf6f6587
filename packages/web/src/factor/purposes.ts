/** What a passkey is asked to vouch for; the server asks for exactly these. */
import type { GlassAct, purposes } from '@tuesday/protocol';

/** The protocol's own; its type holds this copy to it, and the schemas stay out of the bundle. */
export const PURPOSES: typeof purposes = {
  addPasskey: 'account:add-passkey',
  removePasskey: (passkey) => `account:remove-passkey:${passkey}`,
  setTotp: 'account:totp',
  setPassword: 'account:password',
  newRecoveryCodes: 'account:recovery-codes',
  invitePerson: (person) => `people:invite:${person}`,
  inviteAgain: (person) => `people:invite-again:${person}`,
  setRoles: (person) => `people:roles:${person}`,
  enablePerson: (person) => `people:enable:${person}`,
  createToken: (label) => `token:create:${label}`,
};

export function breakGlassPurpose(act: GlassAct, object: string): string {
  return `break-glass:${act}:${object}`;
}
