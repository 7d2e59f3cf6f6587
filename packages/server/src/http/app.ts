/** The Fastify instance: every error becomes a refusal or one plain fault, and nothing of the inside leaks. */
import { createServer } from 'node:http';
import { refuse, type Refusal } from '@tuesday/protocol';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Log } from '../context.ts';
import { takeAddress } from './address.ts';
import type { HotPath } from './device/hot-path.ts';
import { refusedBody, statusOf } from './refused.ts';

/**
 * @param hot        answers some requests ahead of the framework
 * @param trustProxy addresses and networks whose `x-forwarded-for` is believed; nobody's when left out
 */
export function makeApp(log: Log, hot: HotPath = () => false, trustProxy?: string): FastifyInstance {
  const app = fastify({
    logger: false,
    trustProxy: trustProxy ?? false,
    serverFactory: (handler) =>
      createServer({ keepAliveTimeout: 75_000, requestTimeout: 60_000 }, (request, response) => {
        takeAddress(request);
        if (!hot(request, response)) handler(request, response);
      }),
    // Behind a load balancer the request id that it sent goes on.
    requestIdHeader: 'x-request-id',
    forceCloseConnections: 'idle',
    bodyLimit: 1_048_576,
    // What goes wrong before there is a route, such as a path that does not decode.
    frameworkErrors: (error, _request, reply) =>
      void sendRefusal(
        reply,
        refuse('bad-request', error.message.split('\n')[0] ?? 'the path does not decode'),
      ),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
  });
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(reply, refuse('not-found', `there is no ${request.method} ${request.url.split('?')[0]}`)),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refused = refusalOf(error);
    if (refused) return sendRefusal(reply, refused);
    log.error({ err: error, request: request.id, url: request.url }, 'a request failed');
    return reply
      .code(500)
      .type('application/json')
      .send(JSON.stringify({ fault: 'something broke on the server', request: request.id }));
  });
  return app;
}

export function sendRefusal(reply: FastifyReply, refused: Refusal): FastifyReply {
  const status = statusOf(refused);
  if (status === 503) void reply.header('retry-after', '5');
  return reply.code(status).type('application/json').send(refusedBody(refused));
}

/** What the framework itself turns away before a handler runs. */
function refusalOf(error: FastifyError): Refusal | undefined {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' || error.statusCode === 413)
    return refuse('too-large', 'the body is over the limit of this route');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return refuse('bad-request', 'the content type is not one that this route takes');
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return refuse('bad-request', error.message.split('\n')[0] ?? 'the request does not parse');
  return undefined;
}
