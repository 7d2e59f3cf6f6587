/** The payload that people sign offline: the published targets and this release. */
import { isRefused, type OrRefused, refuse, type SigningView, targetPath } from '@tuesday/protocol';
import { addTargets, customOf, type TargetEntry, targetsOf } from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { latest, type StoredMetadata } from '../trust/metadata.ts';
import { missingWayBack } from './create-release.ts';
import { missingOf, type ReleaseRow, uploaded } from './view-release.ts';

/** A payload that the published targets have overtaken is made anew, and the signatures over it are void. */
export async function viewSigning(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  version: string,
): Promise<OrRefused<SigningView>> {
  return db.transaction().execute(async (trx): Promise<OrRefused<SigningView>> => {
    const ready = await loadForSigning(trx, version);
    if (isRefused(ready)) return ready;
    const { row, targets } = ready;
    const next = targets.version + 1;
    const entries = entriesOf(row, targets);
    let payload = row.payload;
    if (payload === null || row.targets_version !== next) {
      payload = addTargets(targets.body, entries, { now: clock.now() });
      await trx
        .updateTable('releases')
        .set({ payload, targets_version: next, signatures: '[]' })
        .where('version', '=', version)
        .execute();
    }
    const adds = entries.map(({ path, size, sha256 }) => ({ target: path, size, sha256 }));
    return { version, targetsVersion: next, payload, adds };
  });
}

/** Locks a draft that can be signed. */
export async function loadForSigning(
  db: Kysely<Database>,
  version: string,
): Promise<OrRefused<{ row: ReleaseRow; targets: StoredMetadata; root: StoredMetadata }>> {
  const row = await db
    .selectFrom('releases')
    .selectAll()
    .where('version', '=', version)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no release ${version}`) };
  if (row.state === 'published')
    return { refused: refuse('release-exists', `release ${version} is published already`) };
  const root = await latest(db, 'root');
  const targets = await latest(db, 'targets');
  if (!root || !targets)
    return { refused: refuse('trust-not-installed', 'this server has no root of trust yet') };
  const missing = missingOf(row, await uploaded(db, [row]));
  if (missing.length > 0) {
    const because = `release ${version} lacks the artifacts for ${missing.join(', ')}`;
    return { refused: refuse('release-not-ready', because) };
  }
  const unsafe = row.manifest.wayBack === undefined ? await missingWayBack(db, version) : undefined;
  return unsafe ? { refused: unsafe } : { row, targets, root };
}

/** What the release adds. The way back is named only where it has an artifact for the same hardware. */
function entriesOf({ manifest }: ReleaseRow, targets: StoredMetadata): TargetEntry[] {
  const known = new Set(targetsOf(targets.body).map(({ path }) => path));
  return manifest.artifacts.map((artifact) => {
    const back = manifest.wayBack === undefined ? '' : targetPath(manifest.wayBack, artifact.hardware);
    return {
      path: targetPath(manifest.version, artifact.hardware),
      size: artifact.size,
      sha256: artifact.sha256,
      custom: customOf(manifest, artifact, known.has(back) ? back : undefined),
    };
  });
}
