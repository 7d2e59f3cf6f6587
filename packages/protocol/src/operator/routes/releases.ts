/** Trust and releases. */
import * as z from 'zod';
import { hardwareSchema, versionSchema } from '../../ids.ts';
import { releaseManifestSchema } from '../../release.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

const release = z.object({ version: versionSchema });

export const releaseRoutes = {
  trust: {
    method: 'GET',
    path: '/v1/trust',
    summary: 'Roles, keys, thresholds and versions of the TUF metadata',
    needs: 'read',
    answer: views.trustViewSchema,
  },

  installTrust: {
    method: 'PUT',
    path: '/v1/trust',
    summary: 'Install the root of trust and the online keys, once',
    needs: 'administer',
    body: requests.installTrustRequestSchema,
    answer: views.trustViewSchema,
  },

  listReleases: {
    method: 'GET',
    path: '/v1/releases',
    summary: 'Releases, newest first',
    needs: 'read',
    answer: z.object({ releases: z.array(views.releaseViewSchema) }),
  },

  createRelease: {
    method: 'POST',
    path: '/v1/releases',
    summary: 'Declare a release',
    needs: 'operate',
    body: releaseManifestSchema,
    answer: views.releaseViewSchema,
  },

  viewRelease: {
    method: 'GET',
    path: '/v1/releases/:version',
    summary: 'One release',
    needs: 'read',
    params: release,
    answer: views.releaseViewSchema,
  },

  uploadArtifact: {
    method: 'PUT',
    path: '/v1/releases/:version/artifacts/:hardware',
    summary: 'Upload the bytes for one hardware model',
    needs: 'operate',
    params: z.object({ version: versionSchema, hardware: hardwareSchema }),
    body: 'bytes',
    answer: views.releaseViewSchema,
  },

  viewSigning: {
    method: 'GET',
    path: '/v1/releases/:version/signing',
    summary: 'The payload to sign offline',
    needs: 'read',
    params: release,
    answer: views.signingViewSchema,
  },

  addSignature: {
    method: 'POST',
    path: '/v1/releases/:version/signatures',
    summary: 'Add one signature; the last one that is needed publishes',
    needs: 'operate',
    params: release,
    body: requests.signatureRequestSchema,
    answer: views.releaseViewSchema,
  },
} as const satisfies Record<string, Route>;
