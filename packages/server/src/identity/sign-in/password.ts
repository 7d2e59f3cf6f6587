/**
 * Signing in with a password and a second factor. Whoever does not know both learns nothing: not which was wrong,
 * not whether the name exists, and not from how much work it was.
 */
import { type FactorProof, isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { countAttempt, forgetAttempts, forgiveAttempt } from '../attempts/count.ts';
import { addressKey, nameKey } from '../attempts/key.ts';
import { verifyPassword } from '../passwords/hash.ts';
import { takeCodeFactor } from '../prove.ts';
import { FAILED, type Http, letIn } from './let-in.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export async function passwordSignIn(
  context: Parts,
  http: Http,
  { name, password, factor }: { name: string; password: string; factor?: FactorProof | undefined },
): Promise<OrRefused<{ ok: true }>> {
  // Asked for before anything is looked at: it says nothing about the name or the password.
  if (factor === undefined)
    return { refused: refuse('factor-needed', 'a password alone lets nobody in: a code belongs to it') };
  if (factor.kind === 'passkey') {
    const because = 'factor.kind: a passkey signs in without a password';
    return { refused: refuse('bad-request', because, { field: 'factor.kind' }) };
  }
  const { db, clock, config } = context;
  const keys = [nameKey(config, name), addressKey(config, http.request.ip)] as const;
  await forgetAttempts(db, clock);
  const counted = await db.transaction().execute((trx) => countAttempt(trx, clock, keys));
  if (isRefused(counted)) return counted;
  const row = await db
    .selectFrom('installation.people')
    .select(['person', 'organisation', 'password', 'state'])
    .where('person', '=', name)
    .executeTakeFirst();
  const isRight = await verifyPassword(row?.password ?? null, password);
  if (!isRight || row?.state !== 'active') return FAILED;
  return db.transaction().execute(async (trx) => {
    // Whoever changes the password meanwhile ends the sessions that there are: with the old one comes no new one.
    const kept = await trx
      .selectFrom('installation.people')
      .select('password')
      .where('person', '=', name)
      .forUpdate()
      .executeTakeFirst();
    if (kept?.password !== row.password) return FAILED;
    if (!(await takeCodeFactor(trx, context, name, factor))) return FAILED;
    await forgiveAttempt(trx, clock, { reset: [keys[0]], undo: [keys[1]] });
    const because = `${name} signed in with a password and a code`;
    return letIn(trx, context, http, row, { factor: factor.kind, because });
  });
}
