/** Notices: one handler a route. */
import type { Context } from '../../../context.ts';
import { addChannel } from '../../../notices/add-channel.ts';
import { listChannels } from '../../../notices/list-channels.ts';
import { receiveHook } from '../../../notices/receive-hook.ts';
import { removeChannel } from '../../../notices/remove-channel.ts';
import { testChannel } from '../../../notices/test-channel.ts';
import type { HandlersOf } from './asked.ts';

type Names = 'listChannels' | 'addChannel' | 'removeChannel' | 'testChannel' | 'receiveHook';

export function noticesHandlers(context: Context): HandlersOf<Names> {
  return {
    listChannels: () => listChannels(context),
    addChannel: ({ actor, body }) => addChannel(context, actor, body),
    removeChannel: ({ actor, params }) => removeChannel(context, actor, params.channel),
    testChannel: ({ actor, params }) => testChannel(context, actor, params.channel),
    receiveHook: ({ actor, params, body, http }) =>
      receiveHook(context, {
        channel: params.channel,
        headers: http.request.headers,
        text: body,
        origin: actor.origin,
      }),
  };
}
