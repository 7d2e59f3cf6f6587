/** Codes and tickets: one handler a route. */
import { listCodes } from '../../../codes/list-codes.ts';
import { viewCode } from '../../../codes/view-code.ts';
import { writeCode } from '../../../codes/write-code.ts';
import type { Context } from '../../../context.ts';
import { viewSupportCode } from '../../../support/view-support-code.ts';
import {
  addTicketHook,
  listTicketHooks,
  removeTicketHook,
  setTicketHookSecret,
} from '../../../tickets/hooks.ts';
import { importTickets } from '../../../tickets/import-tickets.ts';
import { receiveTicket } from '../../../tickets/receive-ticket.ts';
import { addTickets, listTickets } from '../../../tickets/tickets.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'listCodes'
  | 'viewCode'
  | 'documentCode'
  | 'viewSupportCode'
  | 'addTickets'
  | 'listTickets'
  | 'importTickets'
  | 'listTicketHooks'
  | 'addTicketHook'
  | 'setTicketHookSecret'
  | 'removeTicketHook'
  | 'receiveTicket';

export function codesHandlers(context: Context): HandlersOf<Names> {
  return {
    listCodes: ({ query }) => listCodes(context, query),
    viewCode: ({ params }) => viewCode(context, params.code),
    documentCode: ({ actor, params, body }) => writeCode(context, actor, params.code, body),
    viewSupportCode: ({ params, query, http }) =>
      viewSupportCode(context, http.request, params.code, query.lang),
    addTickets: ({ body }) => addTickets(context, body.tickets),
    listTickets: () => listTickets(context),
    importTickets: ({ actor, query, body }) => importTickets(context, actor, query, body),
    listTicketHooks: () => listTicketHooks(context),
    addTicketHook: ({ actor, body }) => addTicketHook(context, actor, body),
    setTicketHookSecret: ({ actor, params, body }) =>
      setTicketHookSecret(context, actor, params.hook, body.secret),
    removeTicketHook: ({ actor, params }) => removeTicketHook(context, actor, params.hook),
    receiveTicket: ({ params, body, http }) =>
      receiveTicket(context, { hook: params.hook, headers: http.request.headers, text: body }),
  };
}
