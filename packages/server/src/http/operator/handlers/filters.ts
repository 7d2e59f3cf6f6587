/** Searching the fleet: one handler a route. */
import type { Context } from '../../../context.ts';
import { deleteFilter, listFilters, saveFilter } from '../../../filter/saved-filters.ts';
import { countDevices } from '../../../filter/select-devices.ts';
import { viewFields } from '../../../filter/view-fields.ts';
import type { HandlersOf } from './asked.ts';

type Names = 'countDevices' | 'viewFilterFields' | 'listFilters' | 'saveFilter' | 'deleteFilter';

export function filterHandlers(context: Context): HandlersOf<Names> {
  return {
    countDevices: ({ query }) => countDevices(context, query.filter),
    viewFilterFields: () => viewFields(context),
    listFilters: () => listFilters(context),
    saveFilter: ({ actor, body }) => saveFilter(context, actor, body),
    deleteFilter: ({ actor, params }) => deleteFilter(context, actor, params.name),
  };
}
