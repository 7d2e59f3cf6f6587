/** The second factor at the moment of an act: what was handed in proves that this person is there now. */
import {
  type FactorKind,
  type FactorProof,
  isRefused,
  type OrRefused,
  refuse,
  type Refusal,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { open } from '../secrets/seal.ts';
import { countAttempt, forgiveAttempt } from './attempts/count.ts';
import { factorKey } from './attempts/key.ts';
import { takeAssertion } from './passkeys/assert.ts';
import type { Principal } from './principal.ts';
import { phoneTime } from './real-time.ts';
import { takeCode } from './recovery/codes.ts';
import { totpStep } from './totp.ts';

type Parts = Pick<Context, 'clock' | 'config'>;

/**
 * Wrong codes are counted, and lock: return the refusal from the transaction instead of throwing it, so that the
 * count is kept.
 *
 * @param db      the transaction of the act: a proof is used up with it, or not at all
 * @param purpose what the act is, `approve:<digest>`; a passkey must have been asked for exactly this
 * @returns which factor it was, or `factor-needed` / `factor-invalid` / `too-many-attempts`
 */
export async function prove(
  db: Kysely<Database>,
  parts: Parts,
  { actor, token }: Pick<Principal, 'actor' | 'token'>,
  proof: FactorProof | undefined,
  purpose: string,
): Promise<OrRefused<{ factor: FactorKind }>> {
  const { label, person } = actor;
  if (person === null || token !== null) {
    const because = `${label} is a token, and tokens have no second factor`;
    return { refused: refuse('factor-needed', because, { try: 'sign in as a person' }) };
  }
  if (proof === undefined) return { refused: refuse('factor-needed', 'this act wants a second factor') };
  if (proof.kind === 'passkey') {
    const taken = await takeAssertion(db, parts, { kind: 'step-up', person, purpose }, proof);
    return taken ? { factor: proof.kind } : INVALID;
  }
  const key = factorKey(parts.config, person);
  const counted = await countAttempt(db, parts.clock, [key]);
  if (isRefused(counted)) return counted;
  if (!(await takeCodeFactor(db, parts, person, proof))) return INVALID;
  await forgiveAttempt(db, parts.clock, { reset: [key], undo: [] });
  return { factor: proof.kind };
}

const INVALID: { refused: Refusal } = {
  refused: refuse('factor-invalid', 'the second factor is wrong, was used before, or is for another act'),
};

/** A code that a person types: of an authenticator, or for recovery. Each counts once. */
export async function takeCodeFactor(
  db: Kysely<Database>,
  parts: Parts,
  person: string,
  proof: Exclude<FactorProof, { kind: 'passkey' }>,
): Promise<boolean> {
  return proof.kind === 'totp'
    ? takeTotp(db, parts, person, proof.code)
    : takeCode(db, parts.clock, person, proof.code);
}

/** Each step counts once, also for two requests at the same time: the row is locked. */
async function takeTotp(
  db: Kysely<Database>,
  { clock, config }: Parts,
  person: string,
  code: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('installation.people')
    .select(['totp', 'totp_step'])
    .where('person', '=', person)
    .forUpdate()
    .executeTakeFirst();
  if (!row?.totp) return false;
  const secret = open(config, `totp\n${person}`, row.totp);
  const step = totpStep(secret, code, phoneTime(clock), row.totp_step);
  if (step === undefined) return false;
  await db.updateTable('installation.people').set({ totp_step: step }).where('person', '=', person).execute();
  return true;
}
