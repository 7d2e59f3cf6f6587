/** The catalogue's own command line, as it stands in the lock file. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../files.ts';

/** @returns what it said when it failed; undefined when it did not */
export function lingui(...args: string[]): string | undefined {
  const command = join(root, 'node_modules/@lingui/cli/dist/lingui.js');
  const result = spawnSync(process.execPath, [command, ...args], {
    cwd: join(root, 'packages/web'),
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (result.status === 0) return undefined;
  return (
    `${result.stdout}${result.stderr}${result.error?.message ?? ''}`.trim() || `lingui ${args[0]} failed`
  );
}

/** One process is as fast as several here, and says things in the same order each time. */
export const ALONE = ['--workers', '1'];
