/** Notices: one handler a route. */
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';

type Names = 'listChannels' | 'addChannel' | 'removeChannel' | 'testChannel';

export function noticesHandlers(_context: Context): HandlersOf<Names> {
  return {
    listChannels: () => notBuilt('listChannels'),
    addChannel: () => notBuilt('addChannel'),
    removeChannel: () => notBuilt('removeChannel'),
    testChannel: () => notBuilt('testChannel'),
  };
}
