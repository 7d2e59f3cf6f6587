/** Declares a release. What is declared stays as it is. */
import {
  compareVersions,
  type OrRefused,
  refuse,
  type Refusal,
  type ReleaseManifest,
  type ReleaseView,
  undocumentedCodes,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { publishedManifest } from './published-manifest.ts';
import { viewRelease } from './view-release.ts';

export async function createRelease(
  context: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  manifest: ReleaseManifest,
): Promise<OrRefused<ReleaseView>> {
  const at = context.clock.now();
  const refused = await context.db.transaction().execute(async (trx): Promise<Refusal | undefined> => {
    const unfit = await judgeManifest(trx, manifest);
    if (unfit) return unfit;
    const created = await trx
      .insertInto('releases')
      .values({ version: manifest.version, manifest: JSON.stringify(manifest), created_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .returning('version')
      .executeTakeFirst();
    if (!created)
      return refuse('release-exists', `release ${manifest.version} exists already`, { field: 'version' });
    await appendAudit(trx, {
      at,
      actor,
      verb: 'release.create',
      object: `release ${manifest.version}`,
      because: 'declared',
      after: manifest,
    });
    return undefined;
  });
  return refused ? { refused } : viewRelease(context, manifest.version);
}

async function judgeManifest(db: Kysely<Database>, manifest: ReleaseManifest): Promise<Refusal | undefined> {
  const { version, floor, wayBack } = manifest;
  if (floor !== undefined) {
    if (compareVersions(floor, version) > 0)
      return refuse('bad-request', `floor: ${floor} is above ${version}`, { field: 'floor' });
    if (floor !== version && !(await publishedManifest(db, floor)))
      return refuse('bad-request', `floor: release ${floor} is not published`, { field: 'floor' });
  }
  const mute = undocumented(manifest);
  if (mute) return mute;
  if (wayBack === undefined) return missingWayBack(db, version);
  const back = await publishedManifest(db, wayBack);
  if (!back)
    return refuse('way-back-unknown', `the way back ${wayBack} is not a published release`, {
      field: 'wayBack',
    });
  if (compareVersions(wayBack, version) >= 0)
    return refuse('bad-request', `wayBack: ${wayBack} is not below ${version}`, { field: 'wayBack' });
  if (back.securityVersion < manifest.securityVersion)
    return refuse(
      'no-way-back',
      `devices that run ${version} would refuse ${wayBack}: its security version ${back.securityVersion} is below ${manifest.securityVersion}`,
      {
        field: 'securityVersion',
        try: `publish a way back with security version ${manifest.securityVersion}`,
      },
    );
  return undefined;
}

/** Most codes that a refusal names. */
const NAMED = 20;

/** A code that reaches a customer must mean something to whoever answers the phone. */
function undocumented({ version, raises, errorCodes }: ReleaseManifest): Refusal | undefined {
  const documented = errorCodes.map(({ code }) => code);
  const { codes, more } = undocumentedCodes(raises, documented, NAMED);
  if (codes.length === 0) return undefined;
  const rest = more === 0 ? '' : `, and ${more} more`;
  return refuse(
    'codes-undocumented',
    `release ${version} can raise codes that it does not document: ${codes.join(', ')}${rest}`,
    { field: 'raises' },
  );
}

/** Only the first release of all may go without; asked again before it is signed. */
export async function missingWayBack(db: Kysely<Database>, version: string): Promise<Refusal | undefined> {
  const other = await db
    .selectFrom('releases')
    .select('version')
    .where('state', '=', 'published')
    .where('version', '<>', version)
    .limit(1)
    .executeTakeFirst();
  if (!other) return undefined;
  return refuse('no-way-back', `release ${version} names no way back, and it is not the first release`, {
    field: 'wayBack',
  });
}
