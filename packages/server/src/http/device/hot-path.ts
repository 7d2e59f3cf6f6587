/**
 * The three requests that devices repeat, answered before the framework sees them: a poll that says nothing new
 * costs little more than reading and writing its bytes. Everything else goes on to Fastify.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEVICE_BODY_LIMIT, type DeviceVerb } from '@tuesday/protocol';
import { bearer } from '../../devices/tokens.ts';
import type { FleetDirectory, FleetSide } from '../../fleets/fleet-side.ts';
import { type DoorAnswer, RETRY_AFTER_SECONDS, UNAUTHENTICATED } from '../../ingest/door.ts';
import { addressOf } from '../address.ts';

const VERBS: ReadonlyMap<string | undefined, DeviceVerb> = new Map([
  ['/device/v1/check-in', 'check-in'],
  ['/device/v1/progress', 'progress'],
  ['/device/v1/outcomes', 'outcomes'],
]);

const EMPTY = Buffer.alloc(0);

/** @returns whether the request was one of these, and is being answered */
export type HotPath = (request: IncomingMessage, response: ServerResponse) => boolean;

/** @param onFault hears of what broke; the device is told only that something did */
export function hotPath(fleets: FleetDirectory, onFault: (cause: unknown) => void): HotPath {
  return (request, response) => {
    const verb = request.method === 'POST' ? VERBS.get(request.url) : undefined;
    if (verb === undefined) return false;
    const fail = (cause: unknown) => {
      onFault(cause);
      send(response, { status: 500, body: '{"fault":"something broke on the server"}' });
    };
    readBody(request, (body) => {
      try {
        const side = sideOf(fleets, request);
        const token = bearer(request.headers.authorization);
        const answer =
          side instanceof Promise
            ? side.then((found) => answerOf(found, verb, token, body))
            : answerOf(side, verb, token, body);
        if (answer instanceof Promise) answer.then((made) => send(response, made), fail);
        else send(response, answer);
      } catch (cause) {
        fail(cause);
      }
    });
    return true;
  };
}

function sideOf(fleets: FleetDirectory, request: IncomingMessage): ReturnType<FleetDirectory['find']> {
  const fleet = addressOf(request);
  return fleet === undefined ? fleets.first : fleets.find(fleet);
}

/** A fleet that does not exist looks like one whose token is another. */
function answerOf(
  side: FleetSide | undefined,
  verb: DeviceVerb,
  token: string | undefined,
  body: Buffer,
): DoorAnswer | Promise<DoorAnswer> {
  return side ? side.door.answer(verb, token, body) : UNAUTHENTICATED;
}

/** Hands over the body; of one that is too large, as much as shows that it is. The rest is read and dropped. */
function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    const fits = size <= DEVICE_BODY_LIMIT;
    size += chunk.length;
    if (first === undefined) first = chunk;
    else if (fits) (more ??= [first]).push(chunk);
  });
  request.on('end', () => done(more ? Buffer.concat(more) : (first ?? EMPTY)));
  // A connection that breaks has nobody left to answer.
  request.on('error', () => undefined);
}

function send(response: ServerResponse, { status, body }: DoorAnswer): void {
  const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
  if (status === 503) headers.push('retry-after', String(RETRY_AFTER_SECONDS));
  response.writeHead(status, headers);
  // As text it leaves in one write with the headers.
  response.end(body);
}
