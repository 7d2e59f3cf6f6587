/** What was decided, by whom, and the proof of it. */
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'The audit log in order',
    needs: 'read',
    query: requests.auditQuerySchema,
    answer: views.auditViewSchema,
  },

  exportAudit: {
    method: 'GET',
    path: '/v1/audit/export',
    summary: 'The whole log as JSON Lines, with its signed checkpoints',
    needs: 'read',
    answer: 'text',
  },
} as const satisfies Record<string, Route>;
