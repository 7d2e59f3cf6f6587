/**
 * A server that serves the built console and answers as a test tells it to. It keeps the real one's content
 * policy, its session, and how long it lets files be kept, so that what works here is not stopped there.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import {
  type FleetChange,
  type FleetView,
  type Refusal,
  refuseParse,
  type RolloutListView,
  type RolloutView,
  type Route,
  type RouteName,
  routes,
} from '@tuesday/protocol';
import { answers, type AskedScript, type Script } from './answers.ts';
import { FLEET, listed, soaking, statusAt } from './story.ts';

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

interface Found {
  name: RouteName;
  route: Route;
  params: Record<string, string>;
}

export class ScriptedServer {
  view: RolloutView = soaking();
  list: RolloutListView | undefined;
  fleet: FleetView = FLEET;
  /** What each route answers; a test puts its own in, and the console hears that something changed. */
  readonly script: Script = new Proxy(answers(), {
    set: (script, name, answer) => {
      this.tell({ topic: 'everything', id: null });
      return Reflect.set(script, name, answer);
    },
  });
  /** What the next act is answered with instead of being done. */
  refuseNext: Refusal | undefined;
  /** Routes that say no until the test takes it back. */
  readonly refusing = new Map<RouteName, Refusal>();
  /** Routes whose connection breaks before anything is answered. */
  readonly breaking = new Set<RouteName>();
  /** What changes is not told. */
  silent = false;
  /** Routes that are never answered, and the connection stays open. */
  readonly hanging = new Set<RouteName>();
  /** The cookie of the session is worth nothing any more. */
  expired = false;
  readonly acts: Array<{ path: string; body: unknown }> = [];
  /** Where the script or the console broke the protocol's schemas: a test fails with these. */
  readonly lies: string[] = [];
  readonly #dist: string;
  readonly #streams = new Set<ServerResponse>();
  readonly #lines = new Set<ServerResponse>();
  #told = 0;
  /** What was asked for, by the number of the last event that was heard. */
  readonly lines: (string | null)[] = [];
  /** Every question so far, by route: to see what is asked again and what is not. */
  readonly questions: RouteName[] = [];
  #server: Server | undefined;
  #port = 0;

  constructor(dist: string) {
    this.#dist = dist;
  }

  get url(): string {
    // A passkey belongs to a name, never to an address of numbers.
    return `http://localhost:${this.#port}`;
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
    this.#lines.clear();
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

  /** Tells everybody that something changed in the fleet. */
  tell(change: Pick<FleetChange, 'topic' | 'id'>): void {
    if (this.silent) return;
    this.#told += 1;
    for (const line of this.#lines) this.#write(line, change);
  }

  /** Ends the streams of what changes, as a server does now and then. */
  cutLines(): void {
    for (const line of this.#lines) line.end();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    if (!path.startsWith('/v1/')) return this.#page(path, response);
    const found = find(request.method ?? 'GET', path);
    if (!found)
      return refuse(response, 404, { code: 'not-found', because: `there is no ${path}`, try: 'look' });
    if (this.hanging.has(found.name)) return;
    if (this.breaking.has(found.name)) return void request.socket.destroy();
    const body = await bodyOf(request);
    const { name, route, params } = found;
    const judged = JUDGED.has(name) ? bodyRefusal(route, body) : undefined;
    if (judged) return refuse(response, 400, judged);
    if (route.body !== undefined && typeof route.body !== 'string')
      this.#hold(`body of ${name}`, route.body, body);
    const signedIn = !this.expired && (request.headers.cookie ?? '').includes(COOKIE);
    if (route.needs !== 'open' && !signedIn) return refuse(response, 401, NOBODY);
    const refusal = this.#refusalOf(name, route);
    if (refusal) return refuse(response, refusal.code === 'too-many-attempts' ? 429 : 409, refusal);
    if (name === 'watchRollout') return this.#stream(response);
    if (name === 'watchFleet') return this.#line(query.get('since'), response);
    this.questions.push(name);
    if (SIGNING_IN.has(name)) return this.#signIn(name, body, response);
    if (route.method !== 'GET' && route.needs !== 'read' && !QUIET.has(name)) this.acts.push({ path, body });
    return this.#say(found, { params, query, body }, response);
  }

  #refusalOf(name: RouteName, { method, needs }: Route): Refusal | undefined {
    const standing = this.refusing.get(name);
    if (standing || method === 'GET' || needs === 'open' || needs === 'read' || QUIET.has(name))
      return standing;
    const next = this.refuseNext;
    this.refuseNext = undefined;
    return next;
  }

  #say({ name, route }: Found, asked: AskedScript, response: ServerResponse): void {
    const answer = this.#stateOf(name, asked) ?? this.script[name]?.(asked);
    if (answer === undefined) {
      this.lies.push(`the script has no answer to ${name}`);
      return refuse(response, 404, {
        code: 'not-found',
        because: `nothing is scripted for ${name}`,
        try: 'script it',
      });
    }
    if (typeof route.answer !== 'string') this.#hold(`answer of ${name}`, route.answer, answer);
    return json(response, 200, answer);
  }

  #stateOf(name: RouteName, { params }: AskedScript): unknown {
    if (name === 'status') return statusAt(this.view.now);
    if (name === 'signOut') return { ok: true };
    if (name === 'viewFleet') return this.fleet;
    if (name === 'listRollouts') return this.list ?? listed(this.view);
    const ofRollout = routes[name].path.startsWith('/v1/rollouts/') && this.script[name] === undefined;
    return ofRollout && params['rollout'] === this.view.rollout ? this.view : undefined;
  }

  /** Both ends keep to the protocol, or the test hears of it. */
  #hold(what: string, schema: Exclude<Route['answer'], string>, value: unknown): void {
    const parsed = schema.safeParse(value);
    if (!parsed.success) this.lies.push(`${what}: ${parsed.error.message}`);
  }

  #signIn(name: RouteName, body: unknown, response: ServerResponse): void {
    if (name === 'signIn' && (body as { token?: unknown }).token !== TOKEN)
      return refuse(response, 401, NOBODY);
    this.expired = false;
    response.setHeader('set-cookie', `${COOKIE}; Path=/; HttpOnly; SameSite=Strict`);
    if (name === 'join')
      return this.#say(
        { name, route: routes.join, params: {} },
        { params: {}, query: new URLSearchParams(), body },
        response,
      );
    return json(response, 200, { ok: true });
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.on('close', () => this.#streams.delete(response));
    this.#streams.add(response);
    send(response, this.view);
  }

  #line(since: string | null, response: ServerResponse): void {
    this.lines.push(since);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.on('close', () => this.#lines.delete(response));
    this.#lines.add(response);
    this.#write(response, { topic: 'begin', id: null });
  }

  #write(line: ServerResponse, change: Pick<FleetChange, 'topic' | 'id'>): void {
    const event: FleetChange = { ...change, at: this.view.now };
    line.write(`id: ${this.#told}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #page(path: string, response: ServerResponse): void {
    const wanted = join(this.#dist, path);
    const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(this.#dist, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'text/html; charset=utf-8',
      'content-security-policy': POLICY_HEADER,
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(readFileSync(file));
  }
}

/** Sent in order to hear what is wrong with them; elsewhere a body that does not parse is the console's mistake. */
const JUDGED: ReadonlySet<RouteName> = new Set(['checkPlan', 'planCalendar']);

function bodyRefusal(route: Route, body: unknown): Refusal | undefined {
  if (route.body === undefined || typeof route.body === 'string') return undefined;
  const parsed = route.body.safeParse(body);
  return parsed.success ? undefined : refuseParse(parsed.error);
}

const SIGNING_IN: ReadonlySet<RouteName> = new Set(['signIn', 'passkeySignIn', 'passwordSignIn', 'join']);
/** They change nothing. */
const QUIET: ReadonlySet<RouteName> = new Set([
  'stepUp',
  'signOut',
  'beginPasskeySignIn',
  'beginPasskeyAdd',
  'beginPasskeyJoin',
  'beginTotp',
  'totpForJoining',
  'viewInvitation',
]);

function find(method: string, path: string): Found | undefined {
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name];
    const pattern = new RegExp(`^${route.path.replaceAll(/:([a-z]+)/g, '(?<$1>[^/]+)')}$`);
    const match = route.method === method ? pattern.exec(path) : null;
    if (!match) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { name, route, params: Object.fromEntries(params) as Record<string, string> };
  }
  return undefined;
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

/** JSON as a value; bytes as they came. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (request.headers['content-type'] === 'application/octet-stream') return bytes;
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
}
