/** `npm run test:boot`: the machine that really boots, with what it needs from Debian. */
import { spawnSync } from 'node:child_process';
import { root } from './files.ts';
import { ensureDebianPackages } from './tests/debian.ts';

const missing = ensureDebianPackages();
if (missing.length > 0) {
  process.stderr.write(`${missing.join('\n')}\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'e2e/boot', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TUESDAY_BOOT: 'all', CI: '1', TUESDAY_CLOCK: '' } },
);
process.exit(status ?? 1);
