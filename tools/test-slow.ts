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
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.slow.config.ts', ...chosen],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CI: '1', TUESDAY_CLOCK: '' } },
);
process.exit(status ?? 1);
