/** Sets up the account that one was invited to: with a passkey, or with a password and time-based codes. */
import { type FactorKind, isRefused, type JoinedView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { orUndo, transact } from '../../db/transact.ts';
import { type NewTotp, takeTotpSecret } from '../account/totp.ts';
import { type PasskeyAnswer, registerPasskey } from '../passkeys/register.ts';
import { hashPassword } from '../passwords/hash.ts';
import { judgePassword } from '../passwords/rules.ts';
import { replaceCodes } from '../recovery/codes.ts';
import { type Http, letIn } from '../sign-in/let-in.ts';
import { JOINING } from './begin.ts';
import { findInvitation, type Invited, useInvitation } from './invitation.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

interface JoinRequest {
  readonly invitation: string;
  readonly passkey?: PasskeyAnswer | undefined;
  readonly password?: string | undefined;
  readonly totp?: NewTotp | undefined;
}

/** What the account is proved with; the password is hashed already. */
type Means = { readonly passkey: PasskeyAnswer } | { readonly password: string; readonly totp: NewTotp };

export async function join(parts: Parts, http: Http, asked: JoinRequest): Promise<OrRefused<JoinedView>> {
  const { db, clock } = parts;
  // Before any work: only whoever holds an invitation makes this server hash a password.
  const invited = await findInvitation(db, clock, asked.invitation);
  if (isRefused(invited)) return invited;
  const means = await meansOf(invited, asked);
  if (isRefused(means)) return means;
  const joined = await transact(db, async (trx): Promise<OrRefused<JoinedView>> => {
    const used = await useInvitation(trx, clock, asked.invitation);
    if (isRefused(used)) return used;
    // A wrong code must not use up the link.
    const factor = orUndo(await setUp(trx, parts, used.person, means));
    const recoveryCodes = await replaceCodes(trx, used.person);
    const because = `${used.person} joined with ${factor.factor === 'passkey' ? 'a passkey' : 'a password and codes'}`;
    orUndo(await letIn(trx, parts, http, used, { ...factor, because }));
    return { name: used.person, recoveryCodes };
  }).catch((cause: unknown) => {
    void http.reply.removeHeader('set-cookie');
    throw cause;
  });
  if (isRefused(joined)) void http.reply.removeHeader('set-cookie');
  return joined;
}

async function meansOf(
  { person, display }: Invited,
  { passkey, password, totp }: JoinRequest,
): Promise<OrRefused<Means>> {
  if (passkey && password === undefined && !totp) return { passkey };
  if (passkey || password === undefined || !totp) {
    const because = 'either a passkey sets up the account, or a password together with time-based codes';
    const field = password !== undefined && !totp ? 'totp' : 'passkey';
    return { refused: refuse('bad-request', because, { field }) };
  }
  const judged = judgePassword(password, person, display);
  return isRefused(judged) ? judged : { password: await hashPassword(password), totp };
}

async function setUp(
  db: Kysely<Database>,
  parts: Parts,
  person: string,
  means: Means,
): Promise<OrRefused<{ factor: FactorKind }>> {
  const activate = (password: string | null) =>
    db
      .updateTable('installation.people')
      .set({ state: 'active', password })
      .where('person', '=', person)
      .execute();
  if ('passkey' in means) {
    await activate(null);
    const of = { kind: 'join', person, purpose: JOINING } as const;
    const made = await registerPasskey(db, parts, of, means.passkey);
    return isRefused(made) ? made : { factor: 'passkey' };
  }
  await activate(means.password);
  const taken = await takeTotpSecret(db, parts, { person, purpose: JOINING }, means.totp);
  return isRefused(taken) ? taken : { factor: 'totp' };
}
