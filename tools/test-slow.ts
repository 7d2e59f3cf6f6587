/** `npm run test:slow`: the variants that take too long for everyday, with what they need from Debian. */
import { spawnSync } from 'node:child_process';
import { root } from './files.ts';
import { ensureDebianPackages } from './tests/debian.ts';

const missing = ensureDebianPackages();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.exit(1);
}
const chosen = process.argv.slice(2);

function vitest(...args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CI: '1', TUESDAY_CLOCK: '' },
  });
  return status === 0;
}

const slow = vitest('--config', 'vitest.slow.config.ts', ...chosen);
// Everyday they run on the PostgreSQL from Debian.
const server = chosen.length > 0 || vitest('packages/server');
process.exit(slow && server ? 0 : 1);
