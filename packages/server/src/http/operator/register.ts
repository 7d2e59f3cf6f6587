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
  wallClock,
} from '@tuesday/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ArtifactStore } from '../../artifacts/store.ts';
import { registerArtifacts } from '../../artifacts/serve.ts';
import type { Context } from '../../context.ts';
import type { FleetDirectory } from '../../fleets/fleet-side.ts';
import type { Principal } from '../../identity/principal.ts';
import { whoAsks } from '../../identity/who-asks.ts';
import { whoHalts } from '../../identity/who-halts.ts';
import { registerSupport } from '../../support/serve.ts';
import { registerMetadata } from '../../trust/serve.ts';
import { sendRefusal } from '../app.ts';
import { registerConsole } from './console.ts';
import { registerDocs } from './docs.ts';
import { askedFleet, noFleet } from './asked-fleet.ts';
import { Desks } from './desks.ts';
import type { Handlers } from './handlers.ts';
import type { Asked, FileAnswer } from './handlers/asked.ts';
import { parseRequest } from './parse.ts';

/**
 * Registers everything that the control plane answers but the reports of devices: operator API, its document,
 * the console, and metadata and artifacts for devices. Call it before the app listens.
 */
export function registerControlPlane(app: FastifyInstance, fleets: FleetDirectory): void {
  const store = new ArtifactStore(fleets.first.context.config.dataFolder);
  const desks = new Desks(store);
  app.addHook('preClose', async () => desks.close());
  registerMetadata(app, fleets);
  registerArtifacts(app, fleets, store);
  registerSupport(app, fleets);
  registerDocs(app);
  registerConsole(app);
  void app.register(async (scope) => {
    // Bytes go to disk as they come; nothing collects them.
    scope.addContentTypeParser(['application/octet-stream', 'text/csv'], (_request, payload, done) =>
      done(null, payload),
    );
    scope.addHook('onSend', async (_request, reply) => {
      void reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    });
    for (const name of Object.keys(routes) as RouteName[]) {
      const route: Route = routes[name];
      if (route.body !== 'raw') register(scope, fleets, desks, name);
      else
        void scope.register(async (raw) => {
          takeAsItComes(raw, route.limit ?? RAW_LIMIT);
          register(raw, fleets, desks, name);
        });
    }
  });
}

/** Bytes, the most that a signed message has where its route says nothing else. */
const RAW_LIMIT = 65_536;

/** What is signed is the text, not what a parser makes of it. */
function takeAsItComes(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) =>
    done(null, body),
  );
}

function register(scope: FastifyInstance, fleets: FleetDirectory, desks: Desks, name: RouteName): void {
  const route: Route = routes[name];
  scope.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const since = wallClock().now();
      const context = await askedFleet(fleets, name, request);
      const principal = isRefused(context) ? context : await admit(context, name, request);
      if (isRefused(context) || isRefused(principal)) return turnAway(reply, principal as Turned);
      const parsed = parseRequest(name, route, request);
      if (isRefused(parsed)) return turnAway(reply, parsed);
      const http = { request, reply };
      const asked = { actor: principal.actor, principal, ...parsed, length: lengthOf(request), since, http };
      const answer = await handle(desks.of(context), name, asked as Asked<typeof name>);
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
  name: RouteName,
  request: FastifyRequest,
): Promise<OrRefused<Principal>> {
  const { needs, summary }: Route = routes[name];
  if (needs === 'open') return { ...UNKNOWN, actor: { ...UNKNOWN.actor, origin: request.ip } };
  const principal = await ask(context, name, request);
  if (isRefused(principal)) return principal;
  if (principal.organisation !== context.organisation) return noFleet(context.fleet);
  if (needs === 'self') return principal;
  if (needs === 'installation' ? principal.installation : isAllowed(principal.roles, needs)) return principal;
  const wanted = needs === 'installation' ? 'the token of the first run' : roleWords(needs);
  return {
    refused: refuse(
      'forbidden',
      `"${summary}" needs ${wanted}, and ${principal.actor.label} does not have it here`,
    ),
  };
}

/** A halt waits for no full pool and no slow database. */
async function ask(
  context: Context,
  name: RouteName,
  request: FastifyRequest,
): Promise<OrRefused<Principal>> {
  return name === 'haltRollout' ? whoHalts(context, request) : whoAsks(context, request);
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
  return reply.send(typeof file === 'string' || Buffer.isBuffer(file) ? file : Readable.from(file));
}

function lengthOf(request: FastifyRequest): number | undefined {
  const header = request.headers['content-length'];
  return header === undefined ? undefined : Number(header);
}

interface Turned {
  readonly refused: Refusal;
}

/** A body that nobody read ends the connection: the rest of it is not the next request. */
function turnAway(reply: FastifyReply, { refused }: Turned): FastifyReply {
  if (!reply.request.raw.complete) void reply.header('connection', 'close');
  return sendRefusal(reply, refused);
}
