/**
 * `npm run build:agent`: executables and Debian packages, into `dist/agent`.
 *
 *   node tools/agent/build.ts [--machine x64|arm64] [--version 1.2.3] [--out <folder>] [--executable-only]
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../files.ts';
import { buildDebianPackage } from './debian-package.ts';
import type { Machine } from './node-package.ts';
import { buildOneFile } from './one-file.ts';

const MACHINES: readonly Machine[] = ['x64', 'arm64'];

const { values } = parseArgs({
  options: {
    machine: { type: 'string' },
    version: { type: 'string' },
    out: { type: 'string' },
    'executable-only': { type: 'boolean', default: false },
  },
});
const chosen = MACHINES.filter((machine) => values.machine === undefined || values.machine === machine);
if (chosen.length === 0) {
  process.stderr.write(`--machine: ${values.machine} is none of ${MACHINES.join(', ')}\n`);
  process.exit(2);
}
const version = values.version ?? versionOfAgent();
const cache = join(root, '.cache/agent');
const out = values.out ?? join(root, 'dist/agent');
mkdirSync(cache, { recursive: true });
mkdirSync(out, { recursive: true });
for (const machine of chosen) {
  const outfile = join(out, `tuesday-agent-linux-${machine}`);
  await buildOneFile({ machine, version, cache, outfile });
  say(outfile);
  if (!values['executable-only'])
    say(buildDebianPackage({ machine, version, executable: outfile, cache, out }));
}

function versionOfAgent(): string {
  const { version: own } = JSON.parse(readFileSync(join(root, 'packages/agent/package.json'), 'utf8')) as {
    version: string;
  };
  return own;
}

function say(file: string): void {
  process.stdout.write(`${file} ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
}
