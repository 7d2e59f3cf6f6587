/**
 * Which PostgreSQL a test file runs on in `npm test`. The server's own tests run on the oldest that we promise, from
 * Debian; whatever starts a whole server runs on the embedded one, the newest. `npm run test:slow` runs the server's
 * tests on the embedded one, too.
 */

/** Tests of the server that bring a PostgreSQL of their own, or need none. */
const OF_THEIR_OWN = [
  'packages/server/src/db/embedded-postgres.test.ts',
  'packages/server/src/main.test.ts',
  'packages/server/src/rollouts/halt-frozen.test.ts',
  'packages/server/src/identity/passkeys/chromium.test.ts',
  'packages/server/src/notices/',
  'packages/server/src/identity/oidc/',
];

/** @param paths of test files, from the root of the repository */
export function byDatabase(paths: readonly string[]): { embedded: string[]; debian: string[] } {
  const onDebian = (path: string) =>
    path.startsWith('packages/server/') && !OF_THEIR_OWN.some((start) => path.startsWith(start));
  return { embedded: paths.filter((path) => !onDebian(path)), debian: paths.filter(onDebian) };
}
