/** Templates of the texts about incidents, as the fleet has set them. */
import {
  type OrRefused,
  type Reader,
  readerSchema,
  refuse,
  type Template,
  type TemplateRequest,
  type TemplatesView,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { nameOf } from './incident.ts';
import { PLACEHOLDERS } from './text-values.ts';
import { templateProblem } from './template-text.ts';
import { OWN_TEMPLATES } from './texts.ts';

export async function readTemplates(db: Kysely<Database>): Promise<Record<Reader, string>> {
  const all = await readAll(db);
  return Object.fromEntries(all.map(({ reader, text }) => [reader, text])) as Record<Reader, string>;
}

async function readAll(db: Kysely<Database>): Promise<Template[]> {
  const rows = await db.selectFrom('incident_templates').selectAll().execute();
  return readerSchema.options.map((reader) => {
    const row = rows.find((one) => one.reader === reader);
    return {
      reader,
      text: row?.text ?? OWN_TEMPLATES[reader],
      version: row?.version ?? 0,
      setBy: row?.set_by ?? null,
      setAt: row?.set_at ?? null,
    };
  });
}

export async function viewTemplates({ db }: { db: Kysely<Database> }): Promise<TemplatesView> {
  const placeholders = Object.entries(PLACEHOLDERS).map(([name, means]) => ({ name, means }));
  return { templates: await readAll(db), placeholders };
}

export async function setTemplate(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { reader, text, version, because }: TemplateRequest,
): Promise<OrRefused<TemplatesView>> {
  const problem = text === null ? undefined : templateProblem(text);
  if (problem) return { refused: problem };
  const at = clock.now();
  return inTransaction(db, async (trx): Promise<OrRefused<TemplatesView>> => {
    const before = (await readAll(trx)).find((one) => one.reader === reader);
    if (before?.version !== version) return { refused: overtaken(reader, before) };
    const row = { reader, text, version: version + 1, set_by: nameOf(actor), set_at: at };
    // Who was faster since has another version by now, and then nothing is written.
    const { numInsertedOrUpdatedRows: written } = await trx
      .insertInto('incident_templates')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('reader').doUpdateSet(row).where('incident_templates.version', '=', version),
      )
      .executeTakeFirst();
    if (written === 0n)
      return {
        refused: overtaken(
          reader,
          (await readAll(trx)).find((one) => one.reader === reader),
        ),
      };
    await appendAudit(trx, {
      at,
      actor,
      verb: 'template.set',
      object: `template ${reader}`,
      because,
      before: { text: before.text, version },
      after: { text: text ?? OWN_TEMPLATES[reader], version: version + 1 },
    });
    return viewTemplates({ db: trx });
  });
}

function overtaken(reader: Reader, before: Template | undefined) {
  const by = before?.setBy ? `${before.setBy} has changed it` : 'it was changed';
  return refuse(
    'conflict',
    `${by} since you read it: the template for ${reader} is at version ${before?.version}`,
    {
      field: 'version',
      try: 'read it again, and put your change into the new one',
    },
  );
}
