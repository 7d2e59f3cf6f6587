/** Searching the fleet, and what people keep of their searches. */
import * as z from 'zod';
import * as filters from '../filters.ts';
import type { Route } from '../route.ts';

const named = z.object({ name: filters.filterNameSchema });

export const filterRoutes = {
  countDevices: {
    method: 'GET',
    path: '/v1/fleet/count',
    summary: 'How many devices fit a filter; beyond 10,000 it says "more than"',
    needs: 'read',
    query: filters.filterQuerySchema,
    answer: filters.deviceCountViewSchema,
  },

  viewFilterFields: {
    method: 'GET',
    path: '/v1/fleet/fields',
    summary: 'What a filter can ask for, with what devices report',
    needs: 'read',
    answer: filters.filterFieldsViewSchema,
  },

  listFilters: {
    method: 'GET',
    path: '/v1/filters',
    summary: 'The saved filters of the fleet',
    needs: 'read',
    answer: filters.savedFiltersViewSchema,
  },

  saveFilter: {
    method: 'POST',
    path: '/v1/filters',
    summary: 'Keep a filter under a name, for everybody in the fleet',
    needs: 'ticket',
    body: filters.saveFilterRequestSchema,
    answer: filters.savedFiltersViewSchema,
  },

  deleteFilter: {
    method: 'DELETE',
    path: '/v1/filters/:name',
    summary: 'Forget a saved filter',
    needs: 'ticket',
    params: named,
    answer: filters.savedFiltersViewSchema,
  },
} as const satisfies Record<string, Route>;
