import { type OrRefused, type ParityView, refuse } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import { readParityOf } from './read.ts';

export async function viewParity(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  version: string,
): Promise<OrRefused<ParityView>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx): Promise<OrRefused<ParityView>> => {
      const row = await trx
        .selectFrom('releases')
        .select('manifest')
        .where('version', '=', version)
        .executeTakeFirst();
      if (!row) return { refused: refuse('not-found', `there is no release ${version}`) };
      const { coverage: _, ...view } = await readParityOf(trx, row.manifest, clock.now());
      return view;
    });
}
