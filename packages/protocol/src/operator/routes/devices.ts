/** The fleet and its devices. */
import * as z from 'zod';
import { deviceIdSchema } from '../../ids.ts';
import { compositionSchema } from '../../rehearsal.ts';
import * as changes from '../changes.ts';
import * as history from '../history.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

const device = z.object({ device: deviceIdSchema });

export const deviceRoutes = {
  viewFleet: {
    method: 'GET',
    path: '/v1/fleet',
    summary: 'Versions and environment of the fleet, as reported',
    needs: 'read',
    answer: views.fleetViewSchema,
  },

  viewComposition: {
    method: 'GET',
    path: '/v1/fleet/composition',
    summary: 'Distinct environments and the fleet’s usual silence, as a rehearsal needs them',
    needs: 'read',
    answer: compositionSchema,
  },

  viewFleetHistory: {
    method: 'GET',
    path: '/v1/fleet/history',
    summary: 'Versions, health and silence of the fleet by hour or day',
    needs: 'read',
    query: history.fleetHistoryQuerySchema,
    answer: history.fleetHistoryViewSchema,
  },

  watchFleet: {
    method: 'GET',
    path: '/v1/fleet/live',
    summary: 'What changes in the fleet, as it changes; goes on after the last event that was heard',
    needs: 'read',
    query: changes.watchFleetQuerySchema,
    answer: 'events',
    event: changes.fleetChangeSchema,
  },

  createFleetKey: {
    method: 'POST',
    path: '/v1/fleet/keys',
    summary: 'Issue a key that devices enrol with; older keys stay valid',
    needs: 'administer',
    body: requests.actRequestSchema,
    answer: views.fleetKeyViewSchema,
  },

  listDevices: {
    method: 'GET',
    path: '/v1/devices',
    summary: 'Devices by id, those that fit a filter',
    needs: 'read',
    query: requests.deviceListQuerySchema,
    answer: views.deviceListViewSchema,
  },

  viewDevice: {
    method: 'GET',
    path: '/v1/devices/:device',
    summary: 'One device',
    needs: 'read',
    params: device,
    answer: views.deviceViewSchema,
  },

  viewTimeline: {
    method: 'GET',
    path: '/v1/devices/:device/timeline',
    summary: 'What happened to one device: offers, reports, outcomes, and what people did',
    needs: 'read',
    params: device,
    query: history.timelineQuerySchema,
    answer: history.timelineViewSchema,
  },

  holdDevice: {
    method: 'POST',
    path: '/v1/devices/:device/hold',
    summary: 'Exclude one device from offers',
    needs: 'stop',
    params: device,
    body: requests.actRequestSchema,
    answer: views.deviceViewSchema,
  },

  unholdDevice: {
    method: 'POST',
    path: '/v1/devices/:device/unhold',
    summary: 'Let offers reach the device again',
    needs: 'operate',
    params: device,
    body: requests.actRequestSchema,
    answer: views.deviceViewSchema,
  },

  retryDevice: {
    method: 'POST',
    path: '/v1/devices/:device/retry',
    summary: 'Let the device try a release again, once, that it went back from',
    needs: 'operate',
    params: device,
    body: requests.retryRequestSchema,
    answer: views.deviceViewSchema,
  },
} as const satisfies Record<string, Route>;
