/** Recovery campaigns: bringing back devices that no longer answer. */
import * as z from 'zod';
import { deviceIdSchema } from '../../ids.ts';
import * as recoveries from '../recoveries.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';

const id = z.string().min(1).max(64);
const recovery = z.object({ recovery: id });
const device = z.object({ recovery: id, device: deviceIdSchema });

export const recoveryRoutes = {
  listRecoveries: {
    method: 'GET',
    path: '/v1/recoveries',
    summary: 'Recovery campaigns, those that run first',
    needs: 'read',
    answer: recoveries.campaignListViewSchema,
  },

  previewRecovery: {
    method: 'POST',
    path: '/v1/recoveries/preview',
    summary: 'Which roads are open for the devices that a campaign would have; changes nothing',
    needs: 'read',
    body: recoveries.previewCampaignRequestSchema,
    answer: recoveries.campaignPreviewSchema,
  },

  planRecovery: {
    method: 'POST',
    path: '/v1/recoveries',
    summary: 'Write a recovery campaign; nothing happens before it is started',
    needs: 'operate',
    body: recoveries.planCampaignRequestSchema,
    answer: recoveries.campaignViewSchema,
  },

  viewRecovery: {
    method: 'GET',
    path: '/v1/recoveries/:recovery',
    summary: 'One recovery campaign: where its devices stand, by which roads they came back, what comes next',
    needs: 'read',
    params: recovery,
    answer: recoveries.campaignViewSchema,
  },

  listRecoveryDevices: {
    method: 'GET',
    path: '/v1/recoveries/:recovery/devices',
    summary: 'Devices of a campaign, and which roads to each are open',
    needs: 'read',
    params: recovery,
    query: recoveries.campaignDevicesQuerySchema,
    answer: recoveries.campaignDeviceListViewSchema,
  },

  listRecoveryTechnicians: {
    method: 'GET',
    path: '/v1/recoveries/:recovery/technicians',
    summary: 'Devices of a campaign that a technician is to visit, by day, as CSV (RFC 4180)',
    needs: 'read',
    params: recovery,
    answer: 'text',
  },

  startRecovery: {
    method: 'POST',
    path: '/v1/recoveries/:recovery/start',
    summary: 'Ask neighbours to carry the release, and hand the rest to technicians',
    needs: 'operate',
    params: recovery,
    body: requests.actRequestSchema,
    answer: recoveries.campaignViewSchema,
  },

  stopRecovery: {
    method: 'POST',
    path: '/v1/recoveries/:recovery/stop',
    summary: 'Stop it; who was healed stays healed',
    needs: 'stop',
    params: recovery,
    body: requests.actRequestSchema,
    answer: recoveries.campaignViewSchema,
  },

  finishRecovery: {
    method: 'POST',
    path: '/v1/recoveries/:recovery/finish',
    summary: 'Say that it is over: every device is healed or given up',
    needs: 'operate',
    params: recovery,
    body: requests.actRequestSchema,
    answer: recoveries.campaignViewSchema,
  },

  visitRecoveryDevice: {
    method: 'POST',
    path: '/v1/recoveries/:recovery/devices/:device/visit',
    summary: 'A technician was at this device',
    needs: 'ticket',
    params: device,
    body: requests.actRequestSchema,
    answer: recoveries.campaignViewSchema,
  },

  giveUpRecoveryDevice: {
    method: 'POST',
    path: '/v1/recoveries/:recovery/devices/:device/give-up',
    summary: 'Nobody tries to bring this device back any more; it counts again when it comes by itself',
    needs: 'operate',
    params: device,
    body: requests.actRequestSchema,
    answer: recoveries.campaignViewSchema,
  },
} as const satisfies Record<string, Route>;
