/**
 * A control plane that says what a test tells it to, on the real routes, and remembers what it was asked.
 * For tests of the command line: it has no rules of its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Refusal, type RouteAnswer, type RouteName, routes } from '@tuesday/protocol';

export interface Asked {
  route: RouteName;
  params: string[];
  query: Record<string, string>;
  token: string | undefined;
  /** The last event that was heard. */
  after: string | undefined;
  /** Named in the path. */
  fleet: string | undefined;
  body: Buffer;
}

/** What a route answers: a value, a refusal, or server-sent events. */
export type Script = {
  [N in RouteName]?:
    | ((asked: Asked) => RouteAnswer<N>)
    | { refused: Refusal; status?: number }
    | { events: readonly unknown[]; ids?: readonly string[] };
};

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  asked: Asked[];
  script: Script;
  /** path → text, for what is served beside the operator API. */
  files: Record<string, string>;
}

export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const state = { script, asked: [] as Asked[], files: {} as Record<string, string> };
  const server = createServer((request, response) => {
    void answer(request, response, state);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { script, asked, files }: Pick<ScriptedServer, 'script' | 'asked' | 'files'>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const file = files[url.pathname];
  if (file !== undefined) return void response.end(file);
  const [, fleet, path = url.pathname] = /^\/fleets\/([^/]+)(\/v1\/.*)$/.exec(url.pathname) ?? [];
  const found = routeOf(request.method ?? '', path);
  if (!found) return void response.writeHead(404).end();
  const call: Asked = {
    ...found,
    query: Object.fromEntries(url.searchParams),
    token: request.headers.authorization?.replace('Bearer ', ''),
    after: request.headers['last-event-id']?.toString(),
    fleet,
    body: Buffer.concat(chunks),
  };
  asked.push(call);
  const said = script[call.route];
  if (said === undefined) response.writeHead(500).end();
  else if (typeof said === 'function') response.end(JSON.stringify(said(call)));
  else if ('refused' in said)
    response.writeHead(said.status ?? 409).end(JSON.stringify({ refused: said.refused }));
  else {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [index, event] of said.events.entries()) {
      const id = said.ids?.[index];
      const numbered = id === undefined ? '' : `id: ${id}\n`;
      response.write(`event: beat\ndata: {}\n\n${numbered}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  }
}

function routeOf(method: string, path: string): { route: RouteName; params: string[] } | undefined {
  for (const [route, { method: wanted, path: pattern }] of Object.entries(routes)) {
    const match = new RegExp(`^${pattern.replaceAll(/:[a-z]+/g, '([^/]+)')}$`).exec(path);
    if (wanted === method && match)
      return { route: route as RouteName, params: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}
