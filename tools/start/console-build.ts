/** Builds the web console when its sources are not those that were built last. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFiles, root } from '../files.ts';

const dist = join(root, 'packages/web/dist');
const stamp = join(dist, '.sources');

function digest(): string {
  const hash = createHash('sha256');
  for (const path of repositoryFiles()) {
    if (/^packages\/(web|protocol)\//.test(path) || path === 'package-lock.json')
      hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** @throws Error with the build's own words */
export function buildConsole(): void {
  const now = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  process.stderr.write('Building the console …\n');
  const result = spawnSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', 'packages/web', '--logLevel', 'warn'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (result.status !== 0) throw new Error(`the console does not build:\n${result.stdout}${result.stderr}`);
  writeFileSync(stamp, now);
}
