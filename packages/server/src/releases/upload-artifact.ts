/** Takes in the bytes that a release declared for one hardware model. */
import type { Readable } from 'node:stream';
import { isRefused, type OrRefused, refuse, type ReleaseView } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { viewRelease } from './view-release.ts';

export interface Upload {
  readonly version: string;
  readonly hardware: string;
  readonly bytes: Readable;
  /** What the sender announced, if it did. */
  readonly length: number | undefined;
}

export async function uploadArtifact(
  context: Pick<Context, 'db' | 'clock'>,
  store: ArtifactStore,
  actor: Actor,
  { version, hardware, bytes, length }: Upload,
): Promise<OrRefused<ReleaseView>> {
  const { db, clock } = context;
  const row = await db
    .selectFrom('releases')
    .select('manifest')
    .where('version', '=', version)
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no release ${version}`) };
  const declared = row.manifest.artifacts.find((artifact) => artifact.hardware === hardware);
  if (!declared)
    return { refused: refuse('not-found', `release ${version} declares no artifact for ${hardware}`) };
  if (length !== undefined && length !== declared.size) {
    const because = `${length} bytes are announced, ${declared.size} are declared`;
    return { refused: refuse('size-mismatch', because) };
  }
  const taken = await store.take(bytes, declared);
  if (isRefused(taken)) return taken;
  const at = clock.now();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('artifacts')
      .values({ sha256: declared.sha256, size: declared.size, uploaded_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await appendAudit(trx, {
      at,
      actor,
      verb: 'release.upload',
      object: `release ${version}`,
      because: `the bytes for ${hardware}`,
      after: declared,
    });
  });
  return viewRelease(context, version);
}
