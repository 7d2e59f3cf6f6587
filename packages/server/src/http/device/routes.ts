/** Enrolment over HTTP. What enrolled devices send goes by `hot-path.ts`. */
import { DEVICE_BODY_LIMIT, isRefused } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import { enrol, WRONG_KEY } from '../../devices/enrol.ts';
import { bearer } from '../../devices/tokens.ts';
import type { FleetDirectory } from '../../fleets/fleet-side.ts';
import { sendRefusal } from '../app.ts';
import { deviceSideOf } from './side.ts';

/** @param mqtt where the broker listens, told to devices that enrol */
export function registerDeviceRoutes(app: FastifyInstance, fleets: FleetDirectory, mqtt: string): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Devices are not asked to name the type of the only thing that they can send.
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
      done(null, parse(String(body))),
    );
    scope.post('/device/v1/enrol', { bodyLimit: DEVICE_BODY_LIMIT }, async (request, reply) => {
      const side = await deviceSideOf(fleets, request);
      const key = bearer(request.headers.authorization);
      const answer = side ? await enrol(side.context, key, request.body, mqtt) : WRONG_KEY;
      return isRefused(answer) ? sendRefusal(reply, answer.refused) : reply.send(answer);
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
