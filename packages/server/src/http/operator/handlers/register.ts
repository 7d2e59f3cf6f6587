/** The address register: one handler a route. */
import type { Context } from '../../../context.ts';
import { deleteRegister } from '../../../register/delete-register.ts';
import { importRegister } from '../../../register/import-register.ts';
import { listRegister, viewRegister } from '../../../register/read-register.ts';
import type { HandlersOf } from './asked.ts';

type Names = 'viewRegister' | 'listRegister' | 'importRegister' | 'deleteRegister';

export function registerHandlers(context: Context): HandlersOf<Names> {
  return {
    viewRegister: () => viewRegister(context),
    listRegister: ({ actor, query }) => listRegister(context, actor, query),
    importRegister: ({ actor, query, body }) => importRegister(context, actor, query, body),
    deleteRegister: ({ actor, body }) => deleteRegister(context, actor, body),
  };
}
