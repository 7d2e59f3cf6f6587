/**
 * TUF metadata for devices. That of the first fleet is open to everybody: it is signed, and it says nothing secret.
 * That of another fleet is for its devices: whose releases those are is nobody else's business.
 */
import { refuse } from '@tuesday/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { bearer } from '../devices/tokens.ts';
import type { FleetDirectory, FleetSide } from '../fleets/fleet-side.ts';
import { sendRefusal } from '../http/app.ts';
import { deviceSideOf } from '../http/device/side.ts';
import { latest } from './metadata.ts';

const NAMED = /^([1-9]\d{0,8})\.(root|snapshot|targets)\.json$/;
const IMMUTABLE = 'max-age=31536000, immutable';

export function registerMetadata(app: FastifyInstance, fleets: FleetDirectory): void {
  app.get<{ Params: { file: string } }>('/device/v1/trust/metadata/:file', async (request, reply) => {
    const side = await deviceSideOf(fleets, request);
    const isOpen = side === fleets.first;
    if (!side || !(isOpen || (await isItsDevice(side, request))))
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
