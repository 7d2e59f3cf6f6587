/**
 * The agent as one executable: Node with the bundled agent inside (Node.js documentation 24, "Single executable
 * applications"). The blob holds no machine code, so one machine can make the executables of all.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'postject';
import { bundleAgent, bundleSessionWorker } from './bundle.ts';
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
  const worker = join(work, 'session-worker.cjs');
  await bundleAgent(script, version);
  await bundleSessionWorker(worker);
  const blob = join(work, 'agent.blob');
  writeFileSync(
    join(work, 'sea.json'),
    JSON.stringify({
      main: script,
      output: blob,
      disableExperimentalSEAWarning: true,
      assets: { 'session-worker.cjs': worker },
      // A device has little memory, and an agent needs little: it collects what it no longer needs by itself.
      execArgv: ['--lite-mode', '--max-semi-space-size=1', '--expose-gc'],
      // What the environment says is meant for others.
      execArgvExtension: 'none',
    }),
  );
  execFileSync(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: work, stdio: 'pipe' });
  const whole = join(work, 'agent');
  copyFileSync(nodeExecutable(machine, cache), whole);
  await inject(whole, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
  chmodSync(whole, 0o755);
  replace(whole, outfile);
}

/** An executable that runs cannot be written to, but its name can be given to another. */
function replace(whole: string, outfile: string): void {
  const fresh = `${outfile}.new`;
  copyFileSync(whole, fresh);
  renameSync(fresh, outfile);
}
