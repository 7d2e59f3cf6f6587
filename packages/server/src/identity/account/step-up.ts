/** A challenge for a passkey to vouch for one act. */
import { type CeremonyView, isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { beginCeremony } from '../ceremonies/ceremony.ts';
import { requestOptions } from '../passkeys/options.ts';
import type { Principal } from '../principal.ts';
import { relyingParty } from '../relying-party.ts';
import type { Http } from '../sign-in/let-in.ts';
import { ownAccount } from './own.ts';

export async function stepUp(
  { db, clock, config }: Pick<Context, 'db' | 'clock' | 'config'>,
  { request }: Pick<Http, 'request'>,
  principal: Principal,
  purpose: string,
): Promise<OrRefused<CeremonyView>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  const rp = relyingParty(config, request);
  if (isRefused(rp)) return rp;
  const passkeys = await db
    .selectFrom('installation.passkeys')
    .select(['passkey as id', 'transports'])
    .where('person', '=', own.person)
    .execute();
  if (passkeys.length === 0)
    return {
      refused: refuse('factor-needed', `${own.person} has no passkey`, {
        try: 'give the code of your authenticator app instead',
      }),
    };
  const options = await requestOptions(rp, passkeys);
  const ceremony = await beginCeremony(db, clock, {
    kind: 'step-up',
    person: own.person,
    purpose,
    challenge: options.challenge,
    rp: rp.id,
    origin: rp.origin,
  });
  return { ceremony, options: { ...options } };
}
