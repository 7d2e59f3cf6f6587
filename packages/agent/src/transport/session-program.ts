/** Where the worker's program is: a file beside this one, or an asset of the one-file executable. */
import { getAsset, isSea } from 'node:sea';

/** Name of the asset: `session-worker.ts`, bundled as CommonJS. */
export const SESSION_ASSET = 'session-worker.cjs';

/** @throws Error when the one-file executable was made without the asset */
export function sessionProgram(): { readonly file: string | URL; readonly eval: boolean } {
  if (isSea()) return { file: getAsset(SESSION_ASSET, 'utf8'), eval: true };
  const own = import.meta.url;
  return {
    file: new URL(own.endsWith('.ts') ? './session-worker.ts' : './session-worker.cjs', own),
    eval: false,
  };
}
