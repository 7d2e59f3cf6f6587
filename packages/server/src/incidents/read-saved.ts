/** What people wrote for one incident instead of the filled templates. */
import type { Reader, SavedText } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { placeholdersIn } from './template-text.ts';
import { UNTOLD, type Values } from './text-values.ts';

/** @param now what the placeholders stand for now */
export async function readSaved(
  db: Kysely<Database>,
  incident: string,
  now: Values,
  templates: Readonly<Record<Reader, string>>,
): Promise<SavedText[]> {
  const rows = await db
    .selectFrom('incident_texts')
    .selectAll()
    .where('incident', '=', incident)
    .where('text', 'is not', null)
    .orderBy('reader')
    .execute();
  return rows.map(({ reader, text, version, by_whom, at, facts }) => ({
    reader,
    text: text ?? '',
    version,
    by: by_whom,
    at,
    changed: placeholdersIn(templates[reader])
      .filter((name) => !UNTOLD.has(name) && facts[name] !== undefined && facts[name] !== now[name])
      .map((name) => ({ name, before: facts[name] ?? '', now: now[name] })),
  }));
}
