/** Time-based codes of one's own account: a new secret counts once its first code has come back. */
import {
  type AccountView,
  type FactorProof,
  isRefused,
  type OrRefused,
  purposes,
  refuse,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { hashToken } from '../../devices/tokens.ts';
import { seal } from '../../secrets/seal.ts';
import { beginCeremony, type CeremonyFor, takeCeremony } from '../ceremonies/ceremony.ts';
import type { Principal } from '../principal.ts';
import { phoneTime } from '../real-time.ts';
import { newTotpSecret, totpStep, totpUrl } from '../totp.ts';
import { auditAccount } from './audit.ts';
import { ownAccount, proveOwn } from './own.ts';
import { viewAccount } from './view.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export interface NewTotp {
  readonly secret: string;
  /** The first code of it. */
  readonly code: string;
}

export async function beginTotp(
  parts: Pick<Parts, 'db' | 'clock'>,
  principal: Principal,
): Promise<OrRefused<{ secret: string; url: string }>> {
  const own = ownAccount(principal);
  return isRefused(own) ? own : offerTotp(parts, own.person, purposes.setTotp);
}

/** A secret for this person and purpose; only its hash stays here until its first code comes back. */
export async function offerTotp(
  { db, clock }: Pick<Parts, 'db' | 'clock'>,
  person: string,
  purpose: string,
): Promise<{ secret: string; url: string }> {
  const secret = newTotpSecret();
  await beginCeremony(db, clock, { kind: 'totp', person, purpose, challenge: hashOf(secret) });
  return { secret, url: totpUrl(secret, person) };
}

/**
 * Takes a secret that was offered for this person and purpose. A wrong code leaves it on offer.
 *
 * @param db the transaction
 */
export async function takeTotpSecret(
  db: Kysely<Database>,
  { clock, config }: Pick<Parts, 'clock' | 'config'>,
  { person, purpose }: Pick<CeremonyFor, 'purpose'> & { person: string },
  { secret, code }: NewTotp,
): Promise<OrRefused<{ ok: true }>> {
  const step = isSecret(secret) ? totpStep(secret, code, phoneTime(clock), 0) : undefined;
  if (step === undefined)
    return { refused: refuse('factor-invalid', 'the code is not of this secret, or late') };
  const by = { challenge: hashOf(secret) };
  if (!(await takeCeremony(db, clock, by, { kind: 'totp', person, purpose })))
    return {
      refused: refuse('factor-invalid', 'this secret was not offered, or too long ago', {
        try: 'begin again',
      }),
    };
  await db
    .updateTable('installation.people')
    .set({ totp: seal(config, `totp\n${person}`, secret), totp_step: step })
    .where('person', '=', person)
    .execute();
  return { ok: true };
}

export async function setTotp(
  parts: Parts,
  principal: Principal,
  { factor, ...totp }: NewTotp & { factor?: FactorProof | undefined },
): Promise<OrRefused<AccountView>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveOwn(trx, parts, principal, factor, purposes.setTotp);
    if (isRefused(proved)) return proved;
    const of = { person: own.person, purpose: purposes.setTotp };
    const taken = await takeTotpSecret(trx, parts, of, totp);
    if (isRefused(taken)) return taken;
    const view = await viewAccount({ db: trx }, principal);
    await auditAccount(trx, parts, principal, {
      verb: 'account.set-totp',
      object: `person ${own.person}`,
      because: 'time-based codes were set up; older ones are worth nothing',
      ...proved,
    });
    return view;
  });
}

function isSecret(text: string): boolean {
  return /^[A-Z2-7]{16,128}$/.test(text);
}

function hashOf(secret: string): string {
  return hashToken(`totp\n${secret}`).toString('base64url');
}
