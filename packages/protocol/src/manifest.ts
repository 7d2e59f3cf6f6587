/** What a form needs to judge a release before it is sent; the whole protocol would be too much for a browser. */
export { undocumentedCodes } from './error-codes.ts';
export { compareVersions } from './ids.ts';
export { releaseManifestSchema } from './release.ts';
