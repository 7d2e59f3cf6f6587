/** Releases: one handler a route. */
import { addSignature } from '../../../releases/add-signature.ts';
import { createRelease } from '../../../releases/create-release.ts';
import { viewSigning } from '../../../releases/signing.ts';
import { uploadArtifact } from '../../../releases/upload-artifact.ts';
import { listReleases, viewRelease } from '../../../releases/view-release.ts';
import { installTrust } from '../../../trust/install.ts';
import { viewTrust } from '../../../trust/view-trust.ts';
import type { ArtifactStore } from '../../../artifacts/store.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'trust'
  | 'installTrust'
  | 'listReleases'
  | 'createRelease'
  | 'viewRelease'
  | 'uploadArtifact'
  | 'viewSigning'
  | 'addSignature';

export function releasesHandlers(context: Context, store: ArtifactStore): HandlersOf<Names> {
  return {
    trust: () => viewTrust(context),
    installTrust: ({ actor, body }) => installTrust(context, actor, body),
    listReleases: () => listReleases(context),
    createRelease: ({ actor, body }) => createRelease(context, actor, body),
    viewRelease: ({ params }) => viewRelease(context, params.version),
    uploadArtifact: ({ actor, params, body, length }) =>
      uploadArtifact(context, store, actor, { ...params, bytes: body, length }),
    viewSigning: ({ params }) => viewSigning(context, params.version),
    addSignature: ({ actor, params, body }) => addSignature(context, actor, params.version, body),
  };
}
