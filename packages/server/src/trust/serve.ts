/** TUF metadata for devices. Open to everybody: it is signed, and it says nothing secret. */
import { refuse } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { sendRefusal } from '../http/app.ts';
import { latest } from './metadata.ts';

const NAMED = /^([1-9]\d{0,8})\.(root|snapshot|targets)\.json$/;
const IMMUTABLE = 'public, max-age=31536000, immutable';

export function registerMetadata(app: FastifyInstance, { db }: Pick<Context, 'db'>): void {
  app.get<{ Params: { file: string } }>('/device/v1/trust/metadata/:file', async (request, reply) => {
    const { file } = request.params;
    const named = NAMED.exec(file);
    const found =
      file === 'timestamp.json'
        ? await latest(db, 'timestamp')
        : named && (await stored(named[2] ?? '', Number(named[1])));
    if (!found) return sendRefusal(reply, refuse('not-found', `there is no metadata ${file.slice(0, 64)}`));
    const etag = `"${file}-${found.version}"`;
    void reply.header('etag', etag).header('cache-control', named ? IMMUTABLE : 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('application/json').send(found.body);
  });

  function stored(role: string, version: number) {
    return db
      .selectFrom('trust_metadata')
      .select(['version', 'body'])
      .where('role', '=', role)
      .where('version', '=', version)
      .executeTakeFirst();
  }
}
