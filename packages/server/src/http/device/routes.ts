/** The device protocol over HTTP. Bodies stay bytes until the door has seen whether they are new at all. */
import { DEVICE_BODY_LIMIT, type DeviceVerb, isRefused } from '@tuesday/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { enrol } from '../../devices/enrol.ts';
import { bearer } from '../../devices/tokens.ts';
import type { DeviceDoor, DoorAnswer } from '../../ingest/door.ts';
import { sendRefusal } from '../app.ts';

const VERBS: readonly DeviceVerb[] = ['check-in', 'progress', 'outcomes'];
const EMPTY = Buffer.alloc(0);

/** @param mqtt where the broker listens, told to devices that enrol */
export function registerDeviceRoutes(
  app: FastifyInstance,
  context: Context,
  door: DeviceDoor,
  mqtt: () => string | undefined,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    const options = { bodyLimit: DEVICE_BODY_LIMIT };
    for (const verb of VERBS) {
      scope.post(`/device/v1/${verb}`, options, (request, reply) => {
        const answer = door.answer(verb, bearer(request.headers.authorization), bytesOf(request));
        return answer instanceof Promise ? answer.then((made) => send(reply, made)) : send(reply, answer);
      });
    }
    scope.post('/device/v1/enrol', options, async (request, reply) => {
      const key = bearer(request.headers.authorization);
      const answer = await enrol(context, key, parse(bytesOf(request)), mqtt());
      return isRefused(answer) ? sendRefusal(reply, answer.refused) : reply.send(answer);
    });
  });
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(reply: FastifyReply, { status, body }: DoorAnswer): FastifyReply {
  if (status === 503) void reply.header('retry-after', '5');
  return reply.code(status).header('content-type', 'application/json').send(body);
}
