/**
 * TUF metadata for devices. That of the first fleet is open to everybody: it is signed, and it says nothing secret.
 * That of another fleet is for its devices and its people: whose releases those are is nobody else's business.
 */
import { isAllowed, isRefused, refuse } from '@tuesday/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { bearer, claimOfToken } from '../devices/tokens.ts';
import type { FleetDirectory, FleetSide } from '../fleets/fleet-side.ts';
import { addressOf } from '../http/address.ts';
import { sendRefusal } from '../http/app.ts';
import { deviceSideOf } from '../http/device/side.ts';
import { homeOf } from '../identity/home.ts';
import { whoAsks } from '../identity/who-asks.ts';
import { latest } from './metadata.ts';

const NAMED = /^([1-9]\d{0,8})\.(root|snapshot|targets)\.json$/;
const IMMUTABLE = 'max-age=31536000, immutable';

export function registerMetadata(app: FastifyInstance, fleets: FleetDirectory): void {
  app.get<{ Params: { file: string } }>('/device/v1/trust/metadata/:file', async (request, reply) => {
    const side = await askedSide(fleets, request);
    const isOpen = side === fleets.first;
    if (!side || !(isOpen || (await isItsDevice(side, request)) || (await isReader(side, request))))
      return sendRefusal(reply, refuse('unauthenticated', 'the device token is missing or not valid'));
    const { file } = request.params;
    const named = NAMED.exec(file);
    const { db } = side.context;
    const found =
      file === 'timestamp.json'
        ? await latest(db, 'timestamp')
        : named && (await stored(db, named[2] ?? '', Number(named[1])));
    if (!found) return sendRefusal(reply, refuse('not-found', `there is no metadata ${file.slice(0, 64)}`));
    const etag = `"${file}-${found.version}"`;
    const scope = isOpen ? 'public' : 'private';
    void reply.header('etag', etag).header('cache-control', named ? `${scope}, ${IMMUTABLE}` : 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('application/json').send(found.body);
  });
}

/** Whoever signs a release for a fleet reads what it adds to, with the token that the rest of it takes. */
async function askedSide(fleets: FleetDirectory, request: FastifyRequest): Promise<FleetSide | undefined> {
  const token = bearer(request.headers.authorization);
  const isPerson = token !== undefined && claimOfToken(token) === undefined;
  if (!isPerson || addressOf(request.raw) !== undefined) return deviceSideOf(fleets, request);
  return fleets.find(await homeOf(fleets.first.context, request));
}

async function isReader({ context }: FleetSide, request: FastifyRequest): Promise<boolean> {
  const principal = await whoAsks(context, request);
  return (
    !isRefused(principal) &&
    principal.organisation === context.organisation &&
    isAllowed(principal.roles, 'read')
  );
}

async function isItsDevice({ authenticate }: FleetSide, request: FastifyRequest): Promise<boolean> {
  return (await authenticate(bearer(request.headers.authorization))) !== undefined;
}

function stored(db: Kysely<Database>, role: string, version: number) {
  return db
    .selectFrom('trust_metadata')
    .select(['version', 'body'])
    .where('role', '=', role)
    .where('version', '=', version)
    .executeTakeFirst();
}
