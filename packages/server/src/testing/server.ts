/** A whole server on a fresh database, in this process. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import type { Log } from '../context.ts';
import { type RunningServer, startServer } from '../server.ts';
import type { FreshDatabase } from './database.ts';

export interface TestServer extends RunningServer {
  readonly fleetKey: string;
  readonly operatorToken: string;
  /** What was logged as an error: empty when nothing broke. */
  readonly faults: unknown[];
}

const FOLDER = join(tmpdir(), 'tuesday-server-');

export async function startTestServer(
  database: Pick<FreshDatabase, 'url'>,
  args: readonly string[] = [],
): Promise<TestServer> {
  const folder = mkdtempSync(FOLDER);
  const config = readConfig(['--data', folder, '--port', '0', '--database', database.url, ...args], {});
  if ('problem' in config) throw new Error(config.problem);
  const faults: unknown[] = [];
  const log: Log = { info: () => undefined, warn: () => undefined, error: (fields) => faults.push(fields) };
  const server = await startServer(config, log, Math.random);
  const read = (name: string) =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<'fleetKey' | 'token', string>;
  return {
    ...server,
    faults,
    fleetKey: read('fleet.json').fleetKey,
    operatorToken: read('operator.json').token,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns status and body as they came */
export async function post(
  server: Pick<RunningServer, 'url'>,
  path: string,
  token: string | undefined,
  body: string | Uint8Array,
): Promise<{ status: number; text: string }> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    body: body as string,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, text: await response.text() };
}
