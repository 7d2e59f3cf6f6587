/** `tuesday-agent launch`: the service that never goes away, whatever becomes of the agents that it starts. */
import { isSea } from 'node:sea';
import { isRefused } from '@tuesday/protocol';
import { readConfigFile } from '../run/config-file.ts';
import { LAUNCH_LOOP, LOOP_VARIABLE } from './launch-loop.ts';

/** @returns 2 when the configuration cannot be used; else this process has become the launcher's shell */
export async function launchAgent(file: string): Promise<number> {
  if (!isSea() || process.execve === undefined) {
    process.stderr.write('launch: only the one-file executable can start itself; use run\n');
    return 2;
  }
  const read = await readConfigFile(file);
  if (isRefused(read)) {
    process.stderr.write(`${read.refused.code}: ${read.refused.because} (${read.refused.try})\n`);
    return 2;
  }
  const args = ['sh', '-c', `eval "$${LOOP_VARIABLE}"`, process.execPath, file];
  return process.execve('/bin/sh', args, { ...process.env, [LOOP_VARIABLE]: LAUNCH_LOOP });
}
