/** The program `swupdate-client` while it hands over one image, and what it prints (SWUpdate 2022.12, option -v). */
import { spawn } from 'node:child_process';

export interface SwupdateClient extends Disposable {
  /** Undefined while it runs; null when it was killed or could not be started. */
  readonly code: number | null | undefined;
  /** The last of what it printed. */
  readonly said: string;
  /** SWUpdate did not take the image from it. */
  readonly notTaken: boolean;
  /** What SWUpdate told it of failures, and whether of success. */
  readonly failures: readonly string[];
  readonly success: boolean;
}

/** Characters. */
const REMEMBERED = 8_192;

/**
 * Disposing kills it: a stream that is cut SWUpdate does not install.
 *
 * @param sockets folder with SWUpdate's sockets
 */
export function startClient(
  [command, ...before]: readonly string[],
  sockets: string,
  args: readonly string[],
): SwupdateClient {
  const child = spawn(command ?? 'swupdate-client', [...before, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: sockets },
  });
  let said = '';
  let code: number | null | undefined;
  const hear = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-REMEMBERED));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('close', (exit) => (code = exit));
  child.on('error', (error) => {
    said += `\nStatus: 4 message: ${error.message}\n`;
    code = null;
  });
  return {
    get code() {
      return code;
    },
    get said() {
      return said;
    },
    get notTaken() {
      return said.includes('swupdate_async_start returns');
    },
    get failures() {
      return [...said.matchAll(/^Status: 4 message: (.*)$/gm)].map(([, words]) => words ?? '');
    },
    get success() {
      return /^Status: 3 /m.test(said);
    },
    [Symbol.dispose]() {
      if (code === undefined) child.kill('SIGKILL');
    },
  };
}
