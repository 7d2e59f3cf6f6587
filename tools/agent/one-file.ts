/**
 * The agent as one executable: Node with the bundled agent inside (Node.js documentation 24, "Single executable
 * applications"). The blob holds no machine code, so one machine can make the executables of all.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { inject } from 'postject';
import { root } from '../files.ts';
import { type Machine, nodeExecutable } from './node-package.ts';

/** Marks the place in Node's executable that says whether something was put into it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export interface OneFileOptions {
  readonly machine: Machine;
  readonly version: string;
  /** Work and downloads; kept between runs. */
  readonly cache: string;
  readonly outfile: string;
}

export async function buildOneFile({ machine, version, cache, outfile }: OneFileOptions): Promise<void> {
  const work = join(cache, `one-file-${machine}`);
  mkdirSync(work, { recursive: true });
  mkdirSync(dirname(outfile), { recursive: true });
  const script = join(work, 'agent.cjs');
  await bundleScript(script, version);
  const blob = join(work, 'agent.blob');
  writeFileSync(
    join(work, 'sea.json'),
    JSON.stringify({
      main: script,
      output: blob,
      disableExperimentalSEAWarning: true,
      // A device has little memory, and an agent needs little.
      execArgv: ['--max-old-space-size=96', '--max-semi-space-size=1'],
      // What the environment says is meant for others.
      execArgvExtension: 'none',
    }),
  );
  execFileSync(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: work, stdio: 'pipe' });
  copyFileSync(nodeExecutable(machine, cache), outfile);
  await inject(outfile, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
  chmodSync(outfile, 0o755);
}

/** CommonJS, because that is what an executable can hold. */
async function bundleScript(outfile: string, version: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'packages/agent/src/run/one-file.ts')],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    define: { 'process.env.TUESDAY_AGENT_VERSION': JSON.stringify(version) },
    legalComments: 'none',
    minify: true,
    logLevel: 'silent',
  });
}
