/** Going forward needs two; stopping and going back needs one. */
import * as z from 'zod';
import { rolloutIdSchema } from '../../ids.ts';
import { delegationSchema } from '../../people.ts';
import * as consent from '../consent.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';

const rollout = z.object({ rollout: rolloutIdSchema });
const approval = z.object({ approval: z.string().min(1).max(64) });
const delegation = z.object({ delegation: z.string().min(1).max(64) });
const glass = z.object({ glass: z.string().min(1).max(64) });

export const consentRoutes = {
  requestApproval: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/approval',
    summary: 'Ask for consent to start this rollout as it stands',
    needs: 'operate',
    params: rollout,
    body: requests.optionalActRequestSchema,
    answer: consent.approvalViewSchema,
  },

  listApprovals: {
    method: 'GET',
    path: '/v1/approvals',
    summary: 'Requests for consent, open ones first',
    needs: 'read',
    answer: consent.approvalListViewSchema,
  },

  viewApproval: {
    method: 'GET',
    path: '/v1/approvals/:approval',
    summary: 'One request, with what its digest covers',
    needs: 'read',
    params: approval,
    answer: consent.approvalViewSchema,
  },

  approve: {
    method: 'POST',
    path: '/v1/approvals/:approval/approve',
    summary: 'Consent to exactly this digest, with a second factor',
    needs: 'self',
    params: approval,
    body: consent.approveRequestSchema,
    answer: consent.approvalViewSchema,
  },

  withdrawConsent: {
    method: 'POST',
    path: '/v1/approvals/:approval/withdraw',
    summary: "Take back one's consent, or one's own request",
    needs: 'self',
    params: approval,
    body: requests.actRequestSchema,
    answer: consent.approvalViewSchema,
  },

  listDelegations: {
    method: 'GET',
    path: '/v1/delegations',
    summary: 'Who consents for whom, and until when',
    needs: 'read',
    answer: consent.delegationListViewSchema,
  },

  delegate: {
    method: 'POST',
    path: '/v1/delegations',
    summary: "Let a named person consent for one's own account, for a time",
    needs: 'approve',
    body: delegationSchema,
    answer: consent.delegationListViewSchema,
  },

  revokeDelegation: {
    method: 'DELETE',
    path: '/v1/delegations/:delegation',
    summary: 'End a delegation',
    needs: 'self',
    params: delegation,
    answer: consent.delegationListViewSchema,
  },

  breakGlass: {
    method: 'POST',
    path: '/v1/break-glass',
    summary: 'Alone, in an emergency, only to stop and go back: everybody hears of it',
    needs: 'break-glass',
    body: consent.breakGlassRequestSchema,
    answer: consent.glassViewSchema,
  },

  listGlasses: {
    method: 'GET',
    path: '/v1/break-glass',
    summary: 'Broken glasses, those with an open review first',
    needs: 'read',
    answer: consent.glassListViewSchema,
  },

  closeReview: {
    method: 'POST',
    path: '/v1/break-glass/:glass/review',
    summary: 'Close the review of a broken glass; another person than who broke it',
    needs: 'approve',
    params: glass,
    body: consent.reviewRequestSchema,
    answer: consent.glassViewSchema,
  },
} as const satisfies Record<string, Route>;
