/** Releases as operators see them. */
import { type OrRefused, refuse, type ReleaseView } from '@tuesday/protocol';
import { roleKeys, type Signature } from '@tuesday/trust';
import type { Kysely, Selectable } from 'kysely';
import type { Context } from '../context.ts';
import type { Database, ReleasesTable } from '../db/schema.ts';
import { deltasTo } from '../deltas/view.ts';
import { labelOf, labelsOf, latest } from '../trust/metadata.ts';

export type ReleaseRow = Selectable<ReleasesTable>;

/** Two people, also before a root says so. */
const NEED_WITHOUT_ROOT = 2;

export async function listReleases({ db }: Pick<Context, 'db'>): Promise<{ releases: ReleaseView[] }> {
  const rows = await db
    .selectFrom('releases')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('version', 'desc')
    .execute();
  return { releases: await viewsOf(db, rows) };
}

export async function viewRelease(
  { db }: Pick<Context, 'db'>,
  version: string,
): Promise<OrRefused<ReleaseView>> {
  const row = await db.selectFrom('releases').selectAll().where('version', '=', version).executeTakeFirst();
  const [view] = row ? await viewsOf(db, [row]) : [];
  return view ?? { refused: refuse('not-found', `there is no release ${version}`) };
}

async function viewsOf(db: Kysely<Database>, rows: readonly ReleaseRow[]): Promise<ReleaseView[]> {
  const root = await latest(db, 'root');
  const labels = await labelsOf(db);
  const have = await uploaded(db, rows);
  const deltas = await deltasTo(db, digestsOf(rows));
  return rows.map((row) => ({
    version: row.version,
    state: row.state === 'published' ? 'published' : 'draft',
    manifest: row.manifest,
    createdAt: row.created_at,
    publishedAt: row.published_at,
    missingArtifacts: missingOf(row, have),
    signatures: {
      have: (row.signatures as Signature[]).map(({ keyid }) => ({ keyid, label: labelOf(labels, keyid) })),
      need: root ? roleKeys(root.body, 'targets').threshold : NEED_WITHOUT_ROOT,
    },
    deltas: digestsOf([row]).flatMap((sha256) => deltas.get(sha256) ?? []),
  }));
}

/** Digests of the artifacts that are here. */
export async function uploaded(
  db: Kysely<Database>,
  rows: readonly Pick<ReleaseRow, 'manifest'>[],
): Promise<ReadonlySet<string>> {
  const wanted = digestsOf(rows);
  if (wanted.length === 0) return new Set();
  const found = await db.selectFrom('artifacts').select('sha256').where('sha256', 'in', wanted).execute();
  return new Set(found.map(({ sha256 }) => sha256));
}

function digestsOf(rows: readonly Pick<ReleaseRow, 'manifest'>[]): string[] {
  return rows.flatMap(({ manifest }) => manifest.artifacts.map(({ sha256 }) => sha256));
}

/** Hardware models whose bytes have not come. */
export function missingOf(row: Pick<ReleaseRow, 'manifest'>, have: ReadonlySet<string>): string[] {
  return row.manifest.artifacts.filter(({ sha256 }) => !have.has(sha256)).map(({ hardware }) => hardware);
}
