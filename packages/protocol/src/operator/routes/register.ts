/** The address register of a fleet. */
import * as register from '../register.ts';
import type { Route } from '../route.ts';

export const registerRoutes = {
  viewRegister: {
    method: 'GET',
    path: '/v1/register',
    summary: 'How many addresses the register has; none of them is shown',
    needs: 'read',
    answer: register.registerViewSchema,
  },

  listRegister: {
    method: 'GET',
    path: '/v1/register/entries',
    summary: 'Addresses of the register; that somebody read them stands in the audit log',
    needs: 'ticket',
    query: register.registerListQuerySchema,
    answer: register.registerListViewSchema,
  },

  importRegister: {
    method: 'POST',
    path: '/v1/register/import',
    summary: 'Addresses as a CSV file (RFC 4180) with device, customer, address, contact; all or none',
    needs: 'operate',
    query: register.registerImportQuerySchema,
    body: 'bytes',
    answer: register.registerImportViewSchema,
  },

  deleteRegister: {
    method: 'POST',
    path: '/v1/register/delete',
    summary: 'Delete addresses: those of some devices, or all of the register',
    needs: 'operate',
    body: register.registerDeleteRequestSchema,
    answer: register.registerDeleteViewSchema,
  },
} as const satisfies Record<string, Route>;
