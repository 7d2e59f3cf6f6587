/** Signing in with a passkey: no name, no password. The challenge lists nobody's passkeys. */
import { type CeremonyView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { countAttempt, forgetAttempts, forgiveAttempt } from '../attempts/count.ts';
import { addressKey } from '../attempts/key.ts';
import { beginCeremony } from '../ceremonies/ceremony.ts';
import { takeAssertion } from '../passkeys/assert.ts';
import { requestOptions } from '../passkeys/options.ts';
import { relyingParty } from '../relying-party.ts';
import { FAILED, type Http, letIn } from './let-in.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export async function beginPasskeySignIn(
  { db, clock, config }: Parts,
  { request }: Pick<Http, 'request'>,
): Promise<OrRefused<CeremonyView>> {
  const rp = relyingParty(config, request);
  if (isRefused(rp)) return rp;
  const options = await requestOptions(rp, []);
  const ceremony = await beginCeremony(db, clock, {
    kind: 'sign-in',
    person: null,
    purpose: 'sign-in',
    challenge: options.challenge,
    rp: rp.id,
    origin: rp.origin,
  });
  return { ceremony, options: { ...options } };
}

export async function passkeySignIn(
  context: Parts,
  http: Http,
  answer: { ceremony: string; response: Record<string, unknown> },
): Promise<OrRefused<{ ok: true }>> {
  const { db, clock, config } = context;
  const key = addressKey(config, http.request.ip);
  await forgetAttempts(db, clock);
  const counted = await db.transaction().execute((trx) => countAttempt(trx, clock, [key]));
  if (isRefused(counted)) return counted;
  return db.transaction().execute(async (trx) => {
    const of = { kind: 'sign-in', person: null, purpose: 'sign-in' } as const;
    const taken = await takeAssertion(trx, context, of, answer);
    if (!taken) return FAILED;
    const row = await trx
      .selectFrom('installation.people')
      .select(['person', 'organisation'])
      .where('person', '=', taken.person)
      .executeTakeFirstOrThrow();
    await forgiveAttempt(trx, clock, { reset: [], undo: [key] });
    return letIn(trx, context, http, row, {
      factor: 'passkey',
      because: `${row.person} signed in with a passkey`,
    });
  });
}
