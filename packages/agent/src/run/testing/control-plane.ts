/** A control plane as small as it can be: enrolment, one offer for everybody, what was reported, signed bytes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CheckIn,
  checkInSchema,
  enrolRequestSchema,
  type Offer,
  type Outcome,
  outcomeSchema,
} from '@tuesday/protocol';
import { makeKeys, type RepositoryKeys, rootOf, signedFiles } from './signed-repository.ts';

export interface ControlPlane {
  readonly server: string;
  readonly rootJson: string;
  readonly reports: CheckIn[];
  readonly outcomes: Outcome[];
  offer: Offer;
  /** Who signs. */
  readonly keys: RepositoryKeys;
  /** Metadata and bytes by path; an attacker may put others there, or answer by itself. */
  files: Map<string, Buffer | ((response: ServerResponse) => void)>;
  /** Answers 503 to everything while true. */
  down: boolean;
  /** Resolves with the first outcome of this kind, past or future. */
  outcome(kind: Outcome['kind']): Promise<Outcome>;
  close(): Promise<void>;
}

export const NOTHING: Offer = { kind: 'none', because: 'nothing to do' };

/**
 * @param release bytes of the one signed release, 3.2.5 for th-1 with way back 3.2.4
 * @param more facts that are signed with it
 * @param fleet path that everything stands behind; a fleet of its own shows its metadata to its devices only
 */
export async function startControlPlane(
  release: Buffer,
  now: number,
  fleet = '',
  more: { readonly recovery?: true; readonly hardware?: string } = {},
): Promise<ControlPlane> {
  const keys = makeKeys();
  const rootJson = rootOf(keys, now);
  const waiting: Array<() => void> = [];
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      if (typeof body === 'function') body(response);
      else response.writeHead(status).end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const plane: ControlPlane = {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}${fleet}`,
    rootJson,
    keys,
    files: signedFiles(keys, release, { now, ...more }),
    reports: [],
    outcomes: [],
    offer: NOTHING,
    down: false,
    async outcome(kind) {
      for (;;) {
        const found = plane.outcomes.find((outcome) => outcome.kind === kind);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status: number; body: object | ((response: ServerResponse) => void) }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (plane.down) return { status: 503, body: {} };
    const base = `${fleet}/device/v1/`;
    if (request.url?.startsWith(base) !== true) return { status: 404, body: {} };
    const path = request.url.slice(base.length);
    if (fleet !== '' && path !== 'enrol' && request.headers.authorization !== 'Bearer secret')
      return { status: 401, body: {} };
    if (path.startsWith('trust/')) {
      const file = plane.files.get(path);
      return file === undefined ? { status: 404, body: {} } : { status: 200, body: file };
    }
    return { status: 200, body: hear(path, JSON.parse(Buffer.concat(chunks).toString())) };
  }

  function hear(path: string, body: unknown): object {
    if (path === 'enrol') return { device: enrolRequestSchema.parse(body).device, token: 'secret' };
    if (path === 'outcomes') {
      plane.outcomes.push(outcomeSchema.parse(body));
      for (const wake of waiting.splice(0)) wake();
      return { accepted: true };
    }
    if (path === 'check-in') plane.reports.push(checkInSchema.parse(body));
    return { protocol: 1, pollAfterSeconds: 120, offer: plane.offer };
  }
  return plane;
}
