/** What was decided, by whom, and the proof of it. */
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'The audit log in order, searched',
    needs: 'read',
    query: requests.auditQuerySchema,
    answer: views.auditViewSchema,
  },

  viewAuditKey: {
    method: 'GET',
    path: '/v1/audit/key',
    summary: 'The public key that signs the checkpoints of the audit log',
    needs: 'read',
    answer: views.auditKeyViewSchema,
  },

  /** A chain cannot be cut to one fleet: whoever takes it along is an admin of all of them. */
  exportAudit: {
    method: 'GET',
    path: '/v1/audit/export',
    summary: 'The whole log as JSON Lines, with its signed checkpoints',
    needs: 'administer',
    answer: 'text',
  },
} as const satisfies Record<string, Route>;
