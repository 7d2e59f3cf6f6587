/** Audit: one handler a route. */
import { exportAudit } from '../../../audit/export.ts';
import { viewAuditKey } from '../../../audit/key.ts';
import { listAudit } from '../../../audit/list.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';

type Names = 'listAudit' | 'viewAuditKey' | 'exportAudit';

export function auditHandlers(context: Context): HandlersOf<Names> {
  return {
    listAudit: ({ principal, query }) => listAudit(context, principal, query),
    viewAuditKey: () => viewAuditKey(context),
    exportAudit: ({ principal }) => exportAudit(context, principal),
  };
}
