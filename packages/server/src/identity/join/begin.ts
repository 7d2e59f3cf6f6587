/** What an invitation shows, and what it begins. */
import { type CeremonyView, type InvitationView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { offerTotp } from '../account/totp.ts';
import { beginCeremony } from '../ceremonies/ceremony.ts';
import { creationOptions } from '../passkeys/options.ts';
import { relyingParty } from '../relying-party.ts';
import type { Http } from '../sign-in/let-in.ts';
import { findInvitation } from './invitation.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

/** The purpose of what is begun here; an account has another one for the same. */
export const JOINING = 'join';

export async function viewInvitation(
  { db, clock }: Pick<Parts, 'db' | 'clock'>,
  invitation: string,
): Promise<OrRefused<InvitationView>> {
  const found = await findInvitation(db, clock, invitation);
  if (isRefused(found)) return found;
  const { person, display, organisation, expiresAt } = found;
  return { name: person, display, organisation, expiresAt };
}

export async function beginPasskeyJoin(
  { db, clock, config }: Parts,
  { request }: Pick<Http, 'request'>,
  invitation: string,
): Promise<OrRefused<CeremonyView>> {
  const found = await findInvitation(db, clock, invitation);
  if (isRefused(found)) return found;
  const rp = relyingParty(config, request);
  if (isRefused(rp)) return rp;
  const options = await creationOptions(db, config, rp, found);
  const ceremony = await beginCeremony(db, clock, {
    kind: 'join',
    person: found.person,
    purpose: JOINING,
    challenge: options.challenge,
    rp: rp.id,
    origin: rp.origin,
  });
  return { ceremony, options: { ...options } };
}

export async function totpForJoining(
  parts: Pick<Parts, 'db' | 'clock'>,
  invitation: string,
): Promise<OrRefused<{ secret: string; url: string }>> {
  const found = await findInvitation(parts.db, parts.clock, invitation);
  return isRefused(found) ? found : offerTotp(parts, found.person, JOINING);
}
