/** The one-file agent and its package, as `npm run build:agent` makes them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../testing/server-process.ts';

export type Kind = 'x64' | 'arm64';

/** Of this machine. */
export const OWN_KIND: Kind = process.arch === 'arm64' ? 'arm64' : 'x64';

/** @returns the executable, in a folder that others of its version and kind may be in */
export async function builtExecutable(folder: string, version: string, kind = OWN_KIND): Promise<string> {
  await build(folder, version, kind, ['--executable-only']);
  return join(folder, `tuesday-agent-linux-${kind}`);
}

/** @returns the Debian package */
export async function builtPackage(folder: string, version: string): Promise<string> {
  const said = await build(folder, version, OWN_KIND, []);
  const file = /^(\/.*\.deb) /m.exec(said)?.[1];
  if (file === undefined) throw new Error(`no package was built: ${said}`);
  return file;
}

async function build(folder: string, version: string, kind: Kind, more: readonly string[]): Promise<string> {
  const what = ['--machine', kind, '--version', version, '--out', folder, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/agent/build.ts', ...what], {
    cwd: root,
  });
  return stdout;
}
