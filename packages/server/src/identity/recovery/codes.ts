/** Recovery codes: ten, shown once, each used once. 80 random bits each, so a plain hash keeps them. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { hashToken } from '../../devices/tokens.ts';

const COUNT = 10;
const BYTES = 10;
/** Crockford's base 32: without letters that look like digits. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Replaces all codes of a person.
 *
 * @param db the transaction
 * @returns the codes, `xxxx-xxxx-xxxx-xxxx`
 */
export async function replaceCodes(db: Kysely<Database>, person: string): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await db.deleteFrom('installation.recovery_codes').where('person', '=', person).execute();
  await db
    .insertInto('installation.recovery_codes')
    .values(codes.map((code) => ({ person, hash: hashOf(person, code), used_at: null })))
    .execute();
  return codes;
}

/**
 * Uses a code up. The entry that the act leaves in the audit log says that it was proved by one.
 *
 * @param db the transaction of the act
 */
export async function takeCode(
  db: Kysely<Database>,
  clock: Clock,
  person: string,
  code: string,
): Promise<boolean> {
  const taken = await db
    .updateTable('installation.recovery_codes')
    .set({ used_at: clock.now() })
    .where('person', '=', person)
    .where('hash', '=', hashOf(person, code))
    .where('used_at', 'is', null)
    .returning('person')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function codesLeft(db: Kysely<Database>, person: string): Promise<number> {
  const { left } = await db
    .selectFrom('installation.recovery_codes')
    .select(sql<number>`count(*)::int`.as('left'))
    .where('person', '=', person)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return left;
}

function newCode(): string {
  let bits = BigInt(`0x${randomBytes(BYTES).toString('hex')}`);
  let text = '';
  for (let index = 0; index < (BYTES * 8) / 5; index++, bits >>= 5n) text += LETTERS[Number(bits & 31n)];
  return text.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** As typed: case, spaces and dashes do not matter, nor do the letters that look like digits. */
function hashOf(person: string, code: string): Buffer {
  const plain = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return hashToken(`recovery\n${person}\n${plain}`);
}
