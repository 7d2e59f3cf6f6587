/** Sets or changes the password. It is worth nothing without codes, so those come first. */
import {
  type AccountView,
  type FactorProof,
  isRefused,
  type OrRefused,
  purposes,
  refuse,
} from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { hashPassword } from '../passwords/hash.ts';
import { judgePassword } from '../passwords/rules.ts';
import type { Principal } from '../principal.ts';
import { endSessions, revoking } from '../sessions.ts';
import { auditAccount } from './audit.ts';
import { ownAccount, proveOwn } from './own.ts';
import { viewAccount } from './view.ts';

export async function setPassword(
  parts: Pick<Context, 'db' | 'clock' | 'config'>,
  principal: Principal,
  { password, factor }: { password: string; factor: FactorProof },
): Promise<OrRefused<AccountView>> {
  const own = ownAccount(principal);
  if (isRefused(own)) return own;
  const { person } = own;
  const row = await parts.db
    .selectFrom('installation.people')
    .select(['display', 'totp'])
    .where('person', '=', person)
    .executeTakeFirstOrThrow();
  if (row.totp === null) {
    const because = 'a password needs time-based codes beside it, and this account has none';
    return { refused: refuse('factor-needed', because, { try: 'set up an authenticator app first' }) };
  }
  const judged = judgePassword(password, person, row.display);
  if (isRefused(judged)) return judged;
  return revoking(parts.db, async (trx) => {
    const proved = await proveOwn(trx, parts, principal, factor, purposes.setPassword);
    if (isRefused(proved)) return proved;
    await trx
      .updateTable('installation.people')
      .set({ password: await hashPassword(password) })
      .where('person', '=', person)
      .execute();
    await endSessions(trx, parts.clock.now(), { person, except: principal.session });
    const view = await viewAccount({ db: trx }, principal);
    await auditAccount(trx, parts, principal, {
      verb: 'account.set-password',
      object: `person ${person}`,
      because: 'the password was set; all other sessions ended',
      ...proved,
    });
    return view;
  });
}
