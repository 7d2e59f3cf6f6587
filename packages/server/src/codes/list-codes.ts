/** The catalogue: all codes of all published releases, and the stubs of those that none documents, by number. */
import {
  canonicalCode,
  type CodeLineView,
  type CodeListQuery,
  type CodeListView,
  type Severity,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';

interface Row {
  code: string;
  state: CodeLineView['state'];
  title: string | null;
  severity: Severity | null;
  fails: boolean | null;
  release: string | null;
  releases: number;
  devices: number;
  opened_at: number | null;
}

export async function listCodes(
  { db }: Pick<Context, 'db'>,
  { state, severity, search, after, limit }: CodeListQuery,
): Promise<CodeListView> {
  const beyond = after === undefined ? null : canonicalCode(after);
  const like = search === undefined || search === '' ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<Row>`
    WITH newest AS (
      SELECT DISTINCT ON (code) code, release, entry, count(*) OVER (PARTITION BY code)::int AS releases
      FROM documented_codes ORDER BY code, published_at DESC, release DESC
    ), every AS (
      SELECT coalesce(n.code, s.code) AS code, n.release, coalesce(n.releases, 0) AS releases,
        CASE WHEN n.code IS NOT NULL THEN 'documented' WHEN s.entry IS NOT NULL THEN 'written' ELSE 'stub' END AS state,
        coalesce(n.entry, s.entry) AS entry, coalesce(s.devices, 0) AS devices, s.opened_at
      FROM newest n FULL JOIN code_stubs s ON s.code = n.code
    )
    SELECT code, state, entry ->> 'title' AS title, release, releases, devices, opened_at,
      CASE WHEN entry IS NOT NULL THEN coalesce(entry ->> 'severity', 'warning') END AS severity,
      (entry ->> 'failsHealth')::boolean AS fails
    FROM every
    WHERE (${beyond}::text IS NULL OR (length(code), code) > (length(${beyond}), ${beyond}))
      AND (${state ?? null}::text IS NULL OR state = ${state ?? null})
      AND (${severity ?? null}::text IS NULL
        OR (entry IS NOT NULL AND coalesce(entry ->> 'severity', 'warning') = ${severity ?? null}))
      AND (${like}::text IS NULL OR code ILIKE ${like} OR entry ->> 'title' ILIKE ${like}
        OR entry ->> 'meaning' ILIKE ${like})
    ORDER BY length(code), code LIMIT ${limit + 1}`.execute(db);
  const codes = rows.slice(0, limit).map(lineOf);
  return {
    codes,
    stubs: await countStubs(db),
    next: rows.length > limit ? (codes.at(-1)?.code ?? null) : null,
  };
}

function lineOf({ fails, opened_at, ...row }: Row): CodeLineView {
  return { ...row, failsHealth: fails, openedAt: opened_at };
}

async function countStubs(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ stubs: number }>`
    SELECT count(*)::int AS stubs FROM code_stubs WHERE closed_at IS NULL AND entry IS NULL`.execute(db);
  return rows[0]?.stubs ?? 0;
}
