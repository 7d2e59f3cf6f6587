/** The second factor at the moment of an act: what was handed in proves that this person is there now. */
import { type FactorKind, type FactorProof, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { open } from '../secrets/seal.ts';
import type { Principal } from './principal.ts';
import { totpStep } from './totp.ts';

type Parts = Pick<Context, 'clock' | 'config'>;

/**
 * @param db      the transaction of the act: a proof is used up with it, or not at all
 * @param purpose what the act is, `approve:<digest>`; a passkey must have been asked for exactly this
 * @returns which factor it was, or `factor-needed` / `factor-invalid`
 */
export async function prove(
  db: Kysely<Database>,
  parts: Parts,
  { actor }: Pick<Principal, 'actor'>,
  proof: FactorProof | undefined,
  _purpose: string,
): Promise<OrRefused<{ factor: FactorKind }>> {
  if (actor.person === null)
    return {
      refused: refuse('factor-needed', `${actor.label} is a token, and tokens have no second factor`),
    };
  if (proof === undefined) return { refused: refuse('factor-needed', 'this act wants a second factor') };
  const isProved = proof.kind === 'totp' && (await takeTotp(db, parts, actor.person, proof.code));
  return isProved
    ? { factor: proof.kind }
    : {
        refused: refuse(
          'factor-invalid',
          'the second factor is wrong, was used before, or is for another act',
        ),
      };
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
  const step = totpStep(open(config, `totp\n${person}`, row.totp), code, clock.now(), row.totp_step);
  if (step === undefined) return false;
  await db.updateTable('installation.people').set({ totp_step: step }).where('person', '=', person).execute();
  return true;
}
