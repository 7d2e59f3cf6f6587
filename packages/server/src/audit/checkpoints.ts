/** The checkpoints of a log as they are kept. */
import { checkpointLine, keyidOfHex } from '@tuesday/trust';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { InstallationTables } from '../db/schema-installation.ts';
import { type Mark, START } from './read.ts';

type CheckpointRow = Selectable<InstallationTables['installation.audit_checkpoints']>;

const PAGE = 250;

/** The newest one; number 0 and the start of the log without one. */
export async function lastCheckpoint(
  db: Kysely<Database>,
  organisation: string,
): Promise<Mark & { readonly number: number }> {
  const last = await db
    .selectFrom('installation.audit_checkpoints')
    .select(['number', 'seq', 'hash'])
    .where('organisation', '=', organisation)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { ...START, number: 0 };
}

/** In the order of what they cover, up to this number. */
export async function* readCheckpoints(
  db: Kysely<Database>,
  organisation: string,
  last: number,
): AsyncGenerator<CheckpointRow> {
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const page = await db
      .selectFrom('installation.audit_checkpoints')
      .selectAll()
      .where('organisation', '=', organisation)
      .where('seq', '>', after)
      .where('number', '<=', last)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}

/** keyid → public key, of all that ever signed here. One that does not fit its id is nobody's. */
export async function checkpointKeys(
  db: Kysely<Database>,
  organisation: string,
): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('installation.audit_checkpoints')
    .select(['keyid', 'public_key'])
    .distinct()
    .where('organisation', '=', organisation)
    .execute();
  return Object.fromEntries(
    rows
      .filter((row) => keyidOfHex(row.public_key) === row.keyid)
      .map((row) => [row.keyid, row.public_key] as const),
  );
}

export function lineOfCheckpoint({ organisation, number, seq, at, hash, keyid, sig }: CheckpointRow): string {
  return checkpointLine({ organisation, number, seq, at, hash, keyid }, sig);
}
