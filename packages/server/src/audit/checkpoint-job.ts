/** Signs every organisation's log when it is due, and says once when one is broken. */
import type { Context } from '../context.ts';
import { checkpointAudit } from './checkpoint.ts';

/** @returns one round of the job */
export function checkpointJob(context: Context): () => Promise<void> {
  const said = new Map<string, number>();
  return async () => {
    const rows = await context.db
      .selectFrom('installation.organisations')
      .select('organisation')
      .orderBy('organisation')
      .execute();
    for (const { organisation } of rows) {
      const done = await checkpointAudit(context, organisation, 'due');
      if (done.kind !== 'broken' || said.get(organisation) === done.entry) continue;
      said.set(organisation, done.entry);
      const { entry } = done;
      context.log.error(
        { organisation, entry },
        'the audit log is broken at this entry; it is not signed any more. See tuesday audit verify',
      );
    }
  };
}
