/** Plans and rollouts. */
import * as z from 'zod';
import { rolloutIdSchema } from '../../ids.ts';
import { planSchema } from '../../plan.ts';
import { rehearsalSchema } from '../../rehearsal.ts';
import * as consent from '../consent.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

const rollout = z.object({ rollout: rolloutIdSchema });

export const rolloutRoutes = {
  checkPlan: {
    method: 'POST',
    path: '/v1/plans/check',
    summary: 'Cohort sizes and first opening of a plan, without creating it',
    needs: 'read',
    body: planSchema,
    answer: views.planCheckViewSchema,
  },

  listRollouts: {
    method: 'GET',
    path: '/v1/rollouts',
    summary: 'Rollouts, newest first',
    needs: 'read',
    answer: views.rolloutListViewSchema,
  },

  createRollout: {
    method: 'POST',
    path: '/v1/rollouts',
    summary: 'Create a rollout from a plan',
    needs: 'operate',
    body: planSchema,
    answer: views.rolloutViewSchema,
  },

  viewRollout: {
    method: 'GET',
    path: '/v1/rollouts/:rollout',
    summary: 'One rollout with its evidence',
    needs: 'read',
    params: rollout,
    answer: views.rolloutViewSchema,
  },

  viewTrialHistory: {
    method: 'GET',
    path: '/v1/rollouts/:rollout/trial',
    summary: 'The evidence against the release over time, with the bounds that pause and halt',
    needs: 'read',
    params: rollout,
    answer: views.trialHistoryViewSchema,
  },

  watchRollout: {
    method: 'GET',
    path: '/v1/rollouts/:rollout/live',
    summary: 'The rollout again whenever it changes',
    needs: 'read',
    params: rollout,
    answer: 'events',
    event: views.rolloutViewSchema,
  },

  startRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/start',
    summary: 'Fix the cohorts and start',
    needs: 'operate',
    params: rollout,
    body: requests.startRequestSchema,
    answer: views.rolloutViewSchema,
  },

  pauseRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/pause',
    summary: 'Make no new offers until resumed',
    needs: 'stop',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },

  resumeRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/resume',
    summary: 'Lift the operator pause',
    needs: 'operate',
    params: rollout,
    body: requests.optionalActRequestSchema,
    answer: views.rolloutViewSchema,
  },

  haltRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/halt',
    summary: 'Stop for good: no further offer of this rollout',
    needs: 'stop',
    params: rollout,
    body: requests.actRequestSchema,
    answer: consent.haltAnswerSchema,
  },

  recallRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/recall',
    summary: 'Send the devices back along the signed way back',
    needs: 'stop',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },

  cancelRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/cancel',
    summary: 'Drop a rollout that no device has been offered',
    needs: 'operate',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },

  excludeSlice: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/exclude',
    summary: 'Take the devices with one environment value out, hold them, and go on',
    needs: 'operate',
    params: rollout,
    body: requests.excludeRequestSchema,
    answer: views.rolloutViewSchema,
  },

  attachRehearsal: {
    method: 'PUT',
    path: '/v1/rollouts/:rollout/rehearsal',
    summary: 'Attach a rehearsal of the plan for whoever approves it',
    needs: 'operate',
    params: rollout,
    body: rehearsalSchema,
    answer: views.rolloutViewSchema,
  },
} as const satisfies Record<string, Route>;
