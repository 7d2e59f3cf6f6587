/** The operator API, registered from its table. */
import { Readable } from 'node:stream';
import {
  isAllowed,
  isRefused,
  type OrRefused,
  type Permission,
  PERMISSIONS,
  refuse,
  type Refusal,
  type Route,
  type RouteName,
  routes,
} from '@tuesday/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ArtifactStore } from '../../artifacts/store.ts';
import { registerArtifacts } from '../../artifacts/serve.ts';
import type { Context } from '../../context.ts';
import type { Authenticate } from '../../devices/authenticate.ts';
import type { Principal } from '../../identity/principal.ts';
import { whoAsks } from '../../identity/who-asks.ts';
import { registerMetadata } from '../../trust/serve.ts';
import { sendRefusal } from '../app.ts';
import { registerConsole } from './console.ts';
import { registerDocs } from './docs.ts';
import { handlersOf, type Handlers } from './handlers.ts';
import type { Asked, FileAnswer } from './handlers/asked.ts';
import { LiveRollouts } from './live.ts';
import { parseRequest } from './parse.ts';

/**
 * Registers everything that the control plane answers but the reports of devices: operator API, its document,
 * the console, and metadata and artifacts for devices. Call it before the app listens.
 */
export function registerControlPlane(
  app: FastifyInstance,
  context: Context,
  authenticate: Authenticate,
): void {
  const store = new ArtifactStore(context.config.dataFolder);
  const live = new LiveRollouts(context);
  app.addHook('preClose', async () => live.close());
  registerMetadata(app, context);
  registerArtifacts(app, context, store, authenticate);
  registerDocs(app);
  registerConsole(app);
  void app.register(async (scope) => {
    // Bytes go to disk as they come; nothing collects them.
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    scope.addHook('onSend', async (_request, reply) => {
      void reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    });
    const handlers = handlersOf(context, store, live);
    for (const name of Object.keys(routes) as RouteName[]) {
      const route: Route = routes[name];
      if (route.body !== 'raw') register(scope, context, name, handlers);
      else
        void scope.register(async (raw) => {
          takeAsItComes(raw);
          register(raw, context, name, handlers);
        });
    }
  });
}

/** Bytes, the most that a signed message has. */
const RAW_LIMIT = 65_536;

/** What is signed is the text, not what a parser makes of it. */
function takeAsItComes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: RAW_LIMIT }, (_request, body, done) =>
    done(null, body),
  );
}

function register(scope: FastifyInstance, context: Context, name: RouteName, handlers: Handlers): void {
  const route: Route = routes[name];
  scope.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const principal = await admit(context, route, request);
      if (isRefused(principal)) return turnAway(reply, principal);
      const parsed = parseRequest(name, route, request);
      if (isRefused(parsed)) return turnAway(reply, parsed);
      const http = { request, reply };
      const asked = { actor: principal.actor, principal, ...parsed, length: lengthOf(request), http };
      const answer = await handle(handlers, name, asked as Asked<typeof name>);
      if (answer === undefined) return reply;
      if (isRefused(answer)) return turnAway(reply, answer);
      return 'file' in answer ? sendFile(reply, answer as FileAnswer) : reply.send(answer);
    },
  });
}

const UNKNOWN: Principal = {
  actor: { label: 'nobody', person: null, origin: '', factor: null },
  organisation: '',
  roles: [],
  installation: false,
  session: null,
  token: null,
};

/** Who asks, if they may: the one place where a route's `needs` is held against somebody's roles. */
async function admit(
  context: Context,
  { needs, summary }: Route,
  request: FastifyRequest,
): Promise<OrRefused<Principal>> {
  if (needs === 'open') return { ...UNKNOWN, actor: { ...UNKNOWN.actor, origin: request.ip } };
  const principal = await whoAsks(context, request);
  if (isRefused(principal) || needs === 'self') return principal;
  if (needs === 'installation' ? principal.installation : isAllowed(principal.roles, needs)) return principal;
  const wanted = needs === 'installation' ? 'the token of the first run' : roleWords(needs);
  return {
    refused: refuse(
      'forbidden',
      `"${summary}" needs ${wanted}, and ${principal.actor.label} does not have it here`,
    ),
  };
}

function roleWords(permission: Permission): string {
  return `the role ${PERMISSIONS[permission].join(' or ')}`;
}

/** The table ties name, input and answer together; one function for all names cannot say so. */
function handle<N extends RouteName>(
  handlers: Handlers,
  name: N,
  asked: Asked<N>,
): Promise<OrRefused<object> | void> {
  const handler = handlers[name] as (asked: Asked<N>) => Promise<OrRefused<object> | void>;
  return handler(asked);
}

function sendFile(reply: FastifyReply, { file, type, name }: FileAnswer): FastifyReply {
  void reply.type(type).header('content-disposition', `attachment; filename="${name}"`);
  return reply.send(typeof file === 'string' ? file : Readable.from(file));
}

function lengthOf(request: FastifyRequest): number | undefined {
  const header = request.headers['content-length'];
  return header === undefined ? undefined : Number(header);
}

/** A body that nobody read ends the connection: the rest of it is not the next request. */
function turnAway(reply: FastifyReply, { refused }: { refused: Refusal }): FastifyReply {
  if (!reply.request.raw.complete) void reply.header('connection', 'close');
  return sendRefusal(reply, refused);
}
