/** A server of files for tests: it knows ranges and tags, until a test tells it to misbehave. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behave = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;

export interface Origin extends AsyncDisposable {
  readonly url: string;
  /** By path. */
  readonly files: Map<string, Buffer>;
  readonly requests: Array<Pick<IncomingMessage, 'method' | 'url' | 'headers'>>;
  behave: Behave;
  readonly cut: () => void;
}

export async function origin(files: Iterable<readonly [string, Buffer]> = []): Promise<Origin> {
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    self.requests.push({ method, url, headers });
    const bytes = self.files.get(url ?? '');
    if (bytes === undefined) response.writeHead(404).end();
    else self.behave(request, response, bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Origin = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(files),
    requests: [],
    behave: ranged,
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** As a good server: ranges, `If-Range`, and a tag that is the digest. */
export const ranged: Behave = (request, response, bytes) => {
  const etag = `"${sha256Of(bytes)}"`;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = asked && (request.headers['if-range'] ?? etag) === etag ? Number(asked[1]) : 0;
  const head: Record<string, string | number> = { etag, 'content-length': bytes.length - from };
  if (from > 0) head['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(from > 0 ? 206 : 200, head);
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from));
};

/** Sends so many bytes of what was asked for, and then says nothing more until the line is cut. */
export function breaksAfter(count: number, cut: () => void): Behave {
  return (request, response, bytes) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = Number(asked?.[1] ?? 0);
    const head: Record<string, string | number> = { 'content-length': bytes.length - from };
    if (from > 0) head['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(from > 0 ? 206 : 200, head);
    response.write(bytes.subarray(from, from + count), () => setImmediate(cut));
  };
}
