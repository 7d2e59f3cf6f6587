/**
 * A server that serves the built console and answers as a test tells it to. It keeps the real one's content
 * policy and its session, so that what works here is not stopped there.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { FleetView, Refusal, RolloutListView, RolloutView } from '@tuesday/protocol';
import { FLEET, listed, POLICY, soaking, statusAt } from './story.ts';

export const TOKEN = `tso1.${'T'.repeat(43)}`;
const COOKIE = 'tuesday_session=signed-in';
const POLICY_HEADER =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export class ScriptedServer {
  view: RolloutView = soaking();
  list: RolloutListView | undefined;
  fleet: FleetView = FLEET;
  /** What the next act is answered with instead of being done. */
  refuseNext: Refusal | undefined;
  readonly acts: Array<{ path: string; body: unknown }> = [];
  readonly #dist: string;
  readonly #streams = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;

  constructor(dist: string) {
    this.#dist = dist;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Like a power cut: connections end without a word. The port is kept for the next start. */
  async die(): Promise<void> {
    this.#streams.clear();
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Sends the view to everybody who watches. */
  show(view: RolloutView): void {
    this.view = view;
    for (const stream of this.#streams) send(stream, view);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (!path.startsWith('/v1/')) return this.#page(path, response);
    const body = await bodyOf(request);
    if (path === '/v1/session' && request.method === 'POST') return this.#signIn(body, response);
    if (!(request.headers.cookie ?? '').includes(COOKIE)) return refuse(response, 401, NOBODY);
    if (request.method === 'POST') return this.#act(path, body, response);
    if (path.endsWith('/live')) return this.#stream(response);
    const answers: Record<string, unknown> = {
      '/v1/session': { ok: true },
      '/v1/status': statusAt(this.view.now),
      '/v1/policy': POLICY,
      '/v1/fleet': this.fleet,
      '/v1/rollouts': this.list ?? listed(this.view),
      [`/v1/rollouts/${this.view.rollout}`]: this.view,
    };
    if (path in answers) return json(response, 200, answers[path]);
    return refuse(response, 404, { code: 'not-found', because: `there is no ${path}`, try: 'look' });
  }

  #signIn(body: unknown, response: ServerResponse): void {
    if ((body as { token?: unknown }).token !== TOKEN) return refuse(response, 401, NOBODY);
    response.setHeader('set-cookie', `${COOKIE}; Path=/; HttpOnly; SameSite=Strict`);
    return json(response, 200, { ok: true });
  }

  #act(path: string, body: unknown, response: ServerResponse): void {
    const refusal = this.refuseNext;
    this.refuseNext = undefined;
    if (refusal) return refuse(response, 409, refusal);
    this.acts.push({ path, body });
    return json(response, 200, this.view);
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.on('close', () => this.#streams.delete(response));
    this.#streams.add(response);
    send(response, this.view);
  }

  #page(path: string, response: ServerResponse): void {
    const wanted = join(this.#dist, path);
    const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(this.#dist, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'text/html; charset=utf-8',
      'content-security-policy': POLICY_HEADER,
    });
    response.end(readFileSync(file));
  }
}

const NOBODY: Refusal = {
  code: 'unauthenticated',
  because: 'the operator token or session is missing or not valid',
  try: 'sign in, or enrol the device again',
};

function send(stream: ServerResponse, view: RolloutView): void {
  stream.write(`data: ${JSON.stringify(view)}\n\n`);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, refused: Refusal): void {
  json(response, status, { refused });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}
