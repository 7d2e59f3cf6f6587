/** The error-code catalogue, and tickets. */
import * as z from 'zod';
import * as codes from '../codes.ts';
import type { Route } from '../route.ts';
import * as tickets from '../tickets.ts';
import * as views from '../views.ts';

const code = z.object({ code: codes.askedCodeSchema });
const hook = z.object({ hook: z.string().min(1).max(64) });

/** Bytes; Zendesk sends at most so much. */
const HOOK_LIMIT = 262_144;

export const codeRoutes = {
  listCodes: {
    method: 'GET',
    path: '/v1/codes',
    summary: 'Every code of every release, and those that none documents',
    needs: 'read',
    query: codes.codeListQuerySchema,
    answer: codes.codeListViewSchema,
  },

  viewCode: {
    method: 'GET',
    path: '/v1/codes/:code',
    summary: 'One code: what each release said about it, and where it was seen first',
    needs: 'read',
    params: code,
    answer: codes.codeViewSchema,
  },

  documentCode: {
    method: 'PUT',
    path: '/v1/codes/:code',
    summary: 'Write down what a code means that no release documents',
    needs: 'ticket',
    params: code,
    body: codes.documentCodeRequestSchema,
    answer: codes.codeViewSchema,
  },

  viewSupportCode: {
    method: 'GET',
    path: '/v1/support/codes/:code',
    summary: 'What everybody may know about a code; for help desks, without signing in',
    needs: 'open',
    params: code,
    query: codes.supportQuerySchema,
    answer: codes.supportCodeViewSchema,
  },

  addTickets: {
    method: 'POST',
    path: '/v1/tickets',
    summary: 'Tickets of the help desk, by error code; repeating one changes nothing',
    needs: 'ticket',
    body: z.object({ tickets: z.array(tickets.ticketRequestSchema).min(1).max(1_000) }),
    answer: tickets.ticketListViewSchema,
  },

  listTickets: {
    method: 'GET',
    path: '/v1/tickets',
    summary: 'The newest tickets, and how many each code has',
    needs: 'read',
    answer: tickets.ticketListViewSchema,
  },

  importTickets: {
    method: 'POST',
    path: '/v1/tickets/import',
    summary: 'Tickets as a CSV file (RFC 4180), all or none; repeating it changes nothing',
    needs: 'ticket',
    query: tickets.importQuerySchema,
    body: 'bytes',
    answer: tickets.importViewSchema,
  },

  listTicketHooks: {
    method: 'GET',
    path: '/v1/ticket-hooks',
    summary: 'Help desks that send their tickets',
    needs: 'administer',
    answer: tickets.ticketHookListViewSchema,
  },

  addTicketHook: {
    method: 'POST',
    path: '/v1/ticket-hooks',
    summary: 'An address for a help desk to send tickets to; a secret that is made here is shown once',
    needs: 'administer',
    body: tickets.ticketHookRequestSchema,
    answer: tickets.ticketHookMadeViewSchema,
  },

  setTicketHookSecret: {
    method: 'PUT',
    path: '/v1/ticket-hooks/:hook/secret',
    summary: 'The secret that the help desk signs with',
    needs: 'administer',
    params: hook,
    body: tickets.hookSecretRequestSchema,
    answer: tickets.ticketHookViewSchema,
  },

  removeTicketHook: {
    method: 'DELETE',
    path: '/v1/ticket-hooks/:hook',
    summary: 'Believe it no more; its tickets stay',
    needs: 'administer',
    params: hook,
    answer: views.okViewSchema,
  },

  receiveTicket: {
    method: 'POST',
    path: '/v1/ticket-hooks/:hook',
    summary: 'A ticket from a help desk, signed by Zendesk or with the secret of a Freshdesk rule',
    needs: 'open',
    params: hook,
    body: 'raw',
    limit: HOOK_LIMIT,
    answer: views.okViewSchema,
  },
} as const satisfies Record<string, Route>;
