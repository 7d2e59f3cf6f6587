/** A person writes down what a code means that no release documents. */
import {
  canonicalCode,
  type CodeView,
  type DocumentCodeRequest,
  isRefused,
  type OrRefused,
  refuse,
} from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../db/transact.ts';
import { viewCode } from './view-code.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

export async function writeCode(
  parts: Parts,
  actor: Actor,
  asked: string,
  { because, ...entry }: DocumentCodeRequest,
): Promise<OrRefused<CodeView>> {
  const code = canonicalCode(asked);
  const at = parts.clock.now();
  const written = await inTransaction(parts.db, async (trx): Promise<OrRefused<{ ok: true }>> => {
    const documented = await trx
      .selectFrom('documented_codes')
      .select('release')
      .where('code', '=', code)
      .orderBy('published_at', 'desc')
      .orderBy('release', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (documented)
      return {
        refused: refuse('conflict', `release ${documented.release} documents ${code}`, {
          field: 'code',
          try: 'say it in the file of error codes of the next release',
        }),
      };
    const before = await trx
      .selectFrom('code_stubs')
      .select('entry')
      .where('code', '=', code)
      .forUpdate()
      .executeTakeFirst();
    if (!before) return { refused: unknown(code) };
    await trx
      .updateTable('code_stubs')
      .set({ entry: JSON.stringify(entry), written_at: at, written_by: actor.person ?? actor.label })
      .where('code', '=', code)
      .execute();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'code.document',
      object: `code ${code}`,
      because,
      before: before.entry,
      after: entry,
    });
    return { ok: true };
  });
  return isRefused(written) ? written : viewCode(parts, code);
}

/** What nobody has seen is documented by the release that can raise it. */
function unknown(code: string) {
  return refuse('not-found', `nobody has seen ${code}`, {
    field: 'code',
    try: `tuesday ticket add opens an entry for a code that a customer tells of; tuesday codes list shows the others`,
  });
}
