/** Policy, calendar, planner, watch and risk. */
import * as z from 'zod';
import { rolloutIdSchema } from '../../ids.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as schedule from '../schedule.ts';
import * as views from '../views.ts';

const rollout = z.object({ rollout: rolloutIdSchema });

export const scheduleRoutes = {
  viewPolicy: {
    method: 'GET',
    path: '/v1/policy',
    summary: 'The rules in force, with holidays and recurring freezes written out',
    needs: 'read',
    answer: views.policyViewSchema,
  },

  setPolicy: {
    method: 'PUT',
    path: '/v1/policy',
    summary: 'Replace the rules; loosening them needs a second person',
    needs: 'administer',
    body: schedule.policyRequestSchema,
    answer: schedule.policySetViewSchema,
  },

  planCalendar: {
    method: 'POST',
    path: '/v1/plans/calendar',
    summary: 'When each stage of a plan would open, and why not earlier',
    needs: 'read',
    body: schedule.planCalendarRequestSchema,
    answer: schedule.planCalendarViewSchema,
  },

  exportCalendar: {
    method: 'GET',
    path: '/v1/calendar.ics',
    summary: 'Windows, freezes, holidays and planned stages as iCalendar',
    needs: 'read',
    answer: 'text',
  },

  importFreezes: {
    method: 'POST',
    path: '/v1/calendar/freezes',
    summary: 'Take the events of an iCalendar file as freezes',
    needs: 'stop',
    body: schedule.icalendarRequestSchema,
    answer: schedule.icalendarImportViewSchema,
  },

  viewRoster: {
    method: 'GET',
    path: '/v1/watch',
    summary: 'Who is on watch, now and in the next two weeks',
    needs: 'read',
    answer: schedule.rosterViewSchema,
  },

  setRoster: {
    method: 'PUT',
    path: '/v1/watch',
    summary: 'Replace rotations and overrides',
    needs: 'operate',
    body: schedule.rosterRequestSchema,
    answer: schedule.rosterViewSchema,
  },

  importRoster: {
    method: 'POST',
    path: '/v1/watch/import',
    summary: 'Take the events of an iCalendar file as overrides; the summary names the person',
    needs: 'operate',
    body: schedule.icalendarRequestSchema,
    answer: schedule.icalendarImportViewSchema,
  },

  viewWatch: {
    method: 'GET',
    path: '/v1/rollouts/:rollout/watch',
    summary: 'Who must watch this rollout, and who has said so',
    needs: 'read',
    params: rollout,
    answer: schedule.watchViewSchema,
  },

  acknowledgeWatch: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/watch',
    summary: 'Say that one is watching this rollout',
    needs: 'stop',
    params: rollout,
    body: schedule.watchRequestSchema,
    answer: schedule.watchViewSchema,
  },

  acknowledgeHalt: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/acknowledge',
    summary: 'Say that one has seen the halt and is at it',
    needs: 'stop',
    params: rollout,
    body: requests.optionalActRequestSchema,
    answer: views.okViewSchema,
  },

  viewRisk: {
    method: 'GET',
    path: '/v1/rollouts/:rollout/risk',
    summary: 'What speaks for and against starting now',
    needs: 'read',
    params: rollout,
    answer: schedule.riskViewSchema,
  },
} as const satisfies Record<string, Route>;
