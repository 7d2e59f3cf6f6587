/** Everything that the database keeps about one organisation, to see whether any of it changed. */
import type { Pool } from 'pg';
import { tablesOf } from '../names.ts';

/** Tables of the installation that are about nobody's organisation. */
const OF_NOBODY = ['attempts'];

export interface Owner {
  readonly organisation: string;
  readonly fleets: readonly string[];
}

/** Table → its rows as text, in order. */
export type Dump = Record<string, string[]>;

/**
 * @returns what dumps, in one statement
 * @throws Error when a table of the installation does not show whose its rows are
 */
export async function dumper(pool: Pool, { organisation, fleets }: Owner): Promise<() => Promise<Dump>> {
  const parts: string[] = [];
  for (const schema of fleets.map(tablesOf))
    for (const table of await tablesIn(pool, schema)) parts.push(part(`${schema}.${table}`, 'true'));
  for (const table of await tablesIn(pool, 'installation'))
    if (!OF_NOBODY.includes(table)) parts.push(part(`installation.${table}`, await ownedBy(pool, table)));
  // Both parameters are named, so that the statement takes both whatever columns there are.
  const text = `SELECT name, row FROM (${parts.join(' UNION ALL ')}) AS all_rows
    WHERE ($1::text, $2::text[]) IS NOT NULL ORDER BY name, row`;
  return async () => {
    const { rows } = await pool.query<{ name: string; row: string }>(text, [organisation, fleets]);
    const dumped: Dump = {};
    for (const { name, row } of rows) (dumped[name] ??= []).push(row);
    return dumped;
  };
}

function part(table: string, where: string): string {
  return `SELECT '${table}' AS name, t::text AS row FROM ${table} AS t WHERE ${where}`;
}

/** Partitions are shown as the table that they are parts of. */
async function tablesIn(pool: Pool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ relname: string }>(
    `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    [schema],
  );
  if (rows.length === 0) throw new Error(`there is nothing in ${schema}`);
  return rows.map(({ relname }) => relname);
}

const OWNERSHIP: Readonly<Record<string, string>> = {
  organisation: 't.organisation = $1',
  person: 't.person IN (SELECT p.person FROM installation.people p WHERE p.organisation = $1)',
  fleet: 't.fleet = ANY($2)',
  token: 't.token IN (SELECT o.token FROM installation.tokens o WHERE o.organisation = $1)',
};

/** Rows whose owner is shown by any of their columns. */
async function ownedBy(pool: Pool, table: string): Promise<string> {
  const { rows } = await pool.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns WHERE table_schema = 'installation' AND table_name = $1`,
    [table],
  );
  const clauses = rows.flatMap(({ column_name: name }) => OWNERSHIP[name] ?? []);
  if (clauses.length === 0) throw new Error(`installation.${table} does not show whose its rows are`);
  return `(${clauses.join(' OR ')})`;
}
