/** Audit: one handler a route. */
import { listAudit } from '../../../audit/list.ts';
import { notBuilt } from './not-built.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';

type Names = 'listAudit' | 'exportAudit';

export function auditHandlers(context: Context): HandlersOf<Names> {
  return {
    listAudit: ({ query }) => listAudit(context, query),
    exportAudit: () => notBuilt('exportAudit'),
  };
}
