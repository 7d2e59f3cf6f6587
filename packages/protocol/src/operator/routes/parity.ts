/** What the fleet runs, and what was tested of a release there. */
import * as z from 'zod';
import {
  attestationSchema,
  attestationViewSchema,
  testerListViewSchema,
  testerSchema,
} from '../../attestation.ts';
import { attributeNameSchema } from '../../environment.ts';
import { sha256Schema, versionSchema } from '../../ids.ts';
import { inventoryHistorySchema, inventoryViewSchema } from '../../inventory.ts';
import { parityViewSchema } from '../../parity.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';

const release = z.object({ version: versionSchema });

export const parityRoutes = {
  viewInventory: {
    method: 'GET',
    path: '/v1/inventory',
    summary: 'How many devices have each value of each attribute',
    needs: 'read',
    answer: inventoryViewSchema,
  },

  viewInventoryHistory: {
    method: 'GET',
    path: '/v1/inventory/:dimension/history',
    summary: 'The shares of a declared dimension by day',
    needs: 'read',
    params: z.object({ dimension: attributeNameSchema }),
    query: z.object({ days: z.coerce.number().int().min(1).max(400).default(30) }),
    answer: inventoryHistorySchema,
  },

  viewParity: {
    method: 'GET',
    path: '/v1/releases/:version/parity',
    summary: 'What was tested of a release against what the fleet runs',
    needs: 'read',
    params: release,
    answer: parityViewSchema,
  },

  attest: {
    method: 'POST',
    path: '/v1/releases/:version/attestations',
    summary: 'Attach what a run of the matrix saw, signed by a tester; repeating it changes nothing',
    needs: 'operate',
    params: release,
    body: attestationSchema,
    answer: attestationViewSchema,
  },

  listAttestations: {
    method: 'GET',
    path: '/v1/releases/:version/attestations',
    summary: 'The attestations of a release, newest first',
    needs: 'read',
    params: release,
    answer: z.object({ attestations: z.array(attestationViewSchema) }),
  },

  viewAttestation: {
    method: 'GET',
    path: '/v1/releases/:version/attestations/:digest',
    summary: 'One attestation as its tester signed it',
    needs: 'read',
    params: z.object({ version: versionSchema, digest: sha256Schema }),
    answer: attestationSchema,
  },

  listTesters: {
    method: 'GET',
    path: '/v1/testers',
    summary: 'Whose signatures under test results count, and whose did',
    needs: 'read',
    answer: testerListViewSchema,
  },

  addTester: {
    method: 'POST',
    path: '/v1/testers',
    summary: 'Let the signatures of a key count',
    needs: 'administer',
    body: testerSchema.pick({ name: true, publicKey: true }),
    answer: testerListViewSchema,
  },

  revokeTester: {
    method: 'POST',
    path: '/v1/testers/:name/revoke',
    summary: 'What a tester has signed does not count any more',
    needs: 'administer',
    params: testerSchema.pick({ name: true }),
    body: requests.actRequestSchema,
    answer: testerListViewSchema,
  },
} as const satisfies Record<string, Route>;
