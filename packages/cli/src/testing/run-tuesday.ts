/** Runs the real command in a process of its own, away from the settings of whoever runs the tests. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Kept from one run to the next; never in a workplace, which holds what the command wrote. */
const COMPILED = fileURLToPath(new URL('../../../../.cache/compiled', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/tuesday.mjs', import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Workplace extends Disposable {
  folder: string;
  tuesday(args: readonly string[], environment?: Record<string, string>): Promise<Ran>;
}

/** @param server given as TUESDAY_SERVER with a token, when there is one */
export function workplace(server?: { url: string }): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-cli-'));
  const known: Record<string, string> = server
    ? { TUESDAY_SERVER: server.url, TUESDAY_TOKEN: 'tso1.test' }
    : {};
  return {
    folder,
    tuesday(args, environment = {}) {
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        NODE_COMPILE_CACHE: COMPILED,
        ...known,
        ...environment,
      };
      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env, stdio: 'pipe' });
        child.stdin.end();
        const ran: Ran = { code: null, stdout: '', stderr: '' };
        child.stdout.on('data', (chunk) => (ran.stdout += String(chunk)));
        child.stderr.on('data', (chunk) => (ran.stderr += String(chunk)));
        child.on('error', reject);
        child.on('close', (code) => resolve({ ...ran, code }));
      });
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
