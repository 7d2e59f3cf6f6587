/** New recovery codes, shown once; the old ones are worth nothing. */
import { type FactorProof, isRefused, type OrRefused, purposes } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import type { Principal } from '../principal.ts';
import { replaceCodes } from '../recovery/codes.ts';
import { auditAccount } from './audit.ts';
import { ownAccount, proveOwn } from './own.ts';

export async function newRecoveryCodes(
  parts: Pick<Context, 'db' | 'clock' | 'config'>,
  principal: Principal,
  factor: FactorProof,
): Promise<OrRefused<{ recoveryCodes: string[] }>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveOwn(trx, parts, principal, factor, purposes.newRecoveryCodes);
    if (isRefused(proved)) return proved;
    const recoveryCodes = await replaceCodes(trx, own.person);
    await auditAccount(trx, parts, principal, {
      verb: 'account.renew-recovery-codes',
      object: `person ${own.person}`,
      because: 'new recovery codes were made; the old ones are worth nothing',
      ...proved,
    });
    return { recoveryCodes };
  });
}
