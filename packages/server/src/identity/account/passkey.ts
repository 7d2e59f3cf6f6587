/** The passkeys of one's own account: a further one, and one less. */
import {
  type AccountView,
  type CeremonyView,
  type FactorProof,
  isRefused,
  type OrRefused,
  purposes,
  refuse,
} from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { beginCeremony } from '../ceremonies/ceremony.ts';
import { creationOptions } from '../passkeys/options.ts';
import { type PasskeyAnswer, registerPasskey } from '../passkeys/register.ts';
import type { Principal } from '../principal.ts';
import { relyingParty } from '../relying-party.ts';
import type { Http } from '../sign-in/let-in.ts';
import { auditAccount } from './audit.ts';
import { ownAccount, proveOwn } from './own.ts';
import { viewAccount } from './view.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export async function beginPasskeyAdd(
  { db, clock, config }: Parts,
  { request }: Pick<Http, 'request'>,
  principal: Principal,
): Promise<OrRefused<CeremonyView>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  const rp = relyingParty(config, request);
  if (isRefused(rp)) return rp;
  const holder = await db
    .selectFrom('installation.people')
    .select(['person', 'display', 'organisation'])
    .where('person', '=', own.person)
    .executeTakeFirstOrThrow();
  const options = await creationOptions(db, config, rp, holder);
  const ceremony = await beginCeremony(db, clock, {
    kind: 'add-passkey',
    person: own.person,
    purpose: purposes.addPasskey,
    challenge: options.challenge,
    rp: rp.id,
    origin: rp.origin,
  });
  return { ceremony, options: { ...options } };
}

export async function addPasskey(
  parts: Parts,
  principal: Principal,
  { factor, ...answer }: PasskeyAnswer & { factor?: FactorProof | undefined },
): Promise<OrRefused<AccountView>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveOwn(trx, parts, principal, factor, purposes.addPasskey);
    if (isRefused(proved)) return proved;
    const of = { kind: 'add-passkey', person: own.person, purpose: purposes.addPasskey } as const;
    const made = await registerPasskey(trx, parts, of, answer);
    if (isRefused(made)) return made;
    const view = await viewAccount({ db: trx }, principal);
    await auditAccount(trx, parts, principal, {
      verb: 'account.add-passkey',
      object: `person ${own.person}`,
      because: `the passkey "${answer.label}" was added`,
      ...proved,
      after: { passkey: made.passkey, label: answer.label },
    });
    return view;
  });
}

export async function removePasskey(
  parts: Parts,
  principal: Principal,
  passkey: string,
  factor: FactorProof,
): Promise<OrRefused<AccountView>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveOwn(trx, parts, principal, factor, purposes.removePasskey(passkey));
    if (isRefused(proved)) return proved;
    // Two that remove the last two at the same time: the second sees what the first left.
    const account = await trx
      .selectFrom('installation.people')
      .select(['password', 'totp', 'oidc_subject'])
      .where('person', '=', own.person)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const all = await trx
      .selectFrom('installation.passkeys')
      .select(['passkey', 'label'])
      .where('person', '=', own.person)
      .execute();
    const gone = all.find((each) => each.passkey === passkey);
    if (!gone) return { refused: refuse('not-found', 'there is no such passkey in this account') };
    const canSignIn = account.password !== null || account.oidc_subject !== null;
    if (all.length === 1 && !(account.totp !== null && canSignIn)) {
      const because = `"${gone.label}" is the only way that is left to sign in and to prove oneself`;
      return { refused: refuse('last-factor', because) };
    }
    await trx.deleteFrom('installation.passkeys').where('passkey', '=', passkey).execute();
    const view = await viewAccount({ db: trx }, principal);
    await auditAccount(trx, parts, principal, {
      verb: 'account.remove-passkey',
      object: `person ${own.person}`,
      because: `the passkey "${gone.label}" was removed`,
      ...proved,
      before: gone,
    });
    return view;
  });
}
