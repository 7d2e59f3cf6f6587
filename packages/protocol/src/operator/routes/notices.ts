/** Where notifications go. */
import * as z from 'zod';
import * as notices from '../notices.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

const channel = z.object({ channel: z.string().min(1).max(64) });

export const noticeRoutes = {
  listChannels: {
    method: 'GET',
    path: '/v1/notifications',
    summary: 'Where notifications go, and how the last ones fared',
    needs: 'read',
    answer: notices.channelListViewSchema,
  },

  addChannel: {
    method: 'POST',
    path: '/v1/notifications',
    summary: 'A further place; the signing secret of a webhook is shown once',
    needs: 'administer',
    body: notices.channelRequestSchema,
    answer: notices.channelMadeViewSchema,
  },

  removeChannel: {
    method: 'DELETE',
    path: '/v1/notifications/:channel',
    summary: 'Send there no more',
    needs: 'administer',
    params: channel,
    answer: views.okViewSchema,
  },

  testChannel: {
    method: 'POST',
    path: '/v1/notifications/:channel/test',
    summary: 'Send a test there now and say how it went',
    needs: 'administer',
    params: channel,
    answer: notices.channelTestViewSchema,
  },

  receiveHook: {
    method: 'POST',
    path: '/v1/hooks/:channel',
    summary:
      'An acknowledgement from a pager service, signed by Standard Webhooks with the secret of the channel',
    needs: 'open',
    params: channel,
    body: 'raw',
    answer: views.okViewSchema,
  },
} as const satisfies Record<string, Route>;
