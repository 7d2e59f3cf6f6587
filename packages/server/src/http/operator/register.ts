/** The operator API, registered from its table. */
import {
  isRefused,
  type OrRefused,
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
import { viewRollout } from '../../rollouts/view.ts';
import { registerMetadata } from '../../trust/serve.ts';
import { sendRefusal } from '../app.ts';
import { registerConsole } from './console.ts';
import { registerDocs } from './docs.ts';
import { type Asked, handlersOf, type Handlers, type Special } from './handlers.ts';
import { LiveRollouts } from './live.ts';
import { parseRequest, type ParsedRequest } from './parse.ts';
import { signIn, signOut, whoAsks } from './session.ts';

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
    const special = specialOf(context, live);
    const handlers = handlersOf(context, store);
    for (const name of Object.keys(routes) as RouteName[]) register(scope, context, name, handlers, special);
  });
}

type Specials = Record<
  Special,
  (request: FastifyRequest, reply: FastifyReply, parsed: ParsedRequest) => Promise<OrRefused<object> | void>
>;

function specialOf(context: Context, live: LiveRollouts): Specials {
  return {
    signIn: (request, reply, { body }) => signIn(context, request, reply, (body as { token: string }).token),
    signOut: (request, reply) => signOut(context, request, reply),
    watchRollout: async (request, reply, { params }) => {
      const view = await viewRollout(context, (params as { rollout: string }).rollout);
      return isRefused(view) ? view : live.stream(request, reply, view);
    },
  };
}

function register(
  scope: FastifyInstance,
  context: Context,
  name: RouteName,
  handlers: Handlers,
  special: Specials,
): void {
  const route: Route = routes[name];
  scope.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const operator = route.open ? { label: '' } : await whoAsks(context, request);
      if (isRefused(operator)) return turnAway(reply, operator);
      const parsed = parseRequest(name, route, request);
      if (isRefused(parsed)) return turnAway(reply, parsed);
      const answer = isSpecial(name)
        ? await special[name](request, reply, parsed)
        : await handle(handlers, name, {
            actor: operator.label,
            ...parsed,
            length: lengthOf(request),
          } as Asked<typeof name>);
      if (answer === undefined) return reply;
      return isRefused(answer) ? turnAway(reply, answer) : reply.send(answer);
    },
  });
}

function isSpecial(name: RouteName): name is Special {
  return name === 'signIn' || name === 'signOut' || name === 'watchRollout';
}

/** The table ties name, input and answer together; one function for all names cannot say so. */
function handle<N extends keyof Handlers>(
  handlers: Handlers,
  name: N,
  asked: Asked<N>,
): Promise<OrRefused<object>> {
  const handler = handlers[name] as (asked: Asked<N>) => Promise<OrRefused<object>>;
  return handler(asked);
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
