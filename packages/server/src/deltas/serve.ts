/** Deltas for devices, by what they run and what they are offered. Not signed: what comes out of one is. */
import { refuse, sha256Schema } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import { type Found, send } from '../artifacts/send.ts';
import type { HotArtifacts } from '../artifacts/hot.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Context } from '../context.ts';
import { bearer } from '../devices/tokens.ts';
import type { FleetDirectory } from '../fleets/fleet-side.ts';
import { sendRefusal } from '../http/app.ts';
import { deviceSideOf } from '../http/device/side.ts';

export function registerDeltas(
  app: FastifyInstance,
  fleets: FleetDirectory,
  store: ArtifactStore,
  hot: HotArtifacts,
): void {
  app.route<{ Params: { from: string; to: string } }>({
    method: ['GET', 'HEAD'],
    url: '/device/v1/trust/deltas/:from/:to',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const side = await deviceSideOf(fleets, request);
      const device = await side?.authenticate(bearer(request.headers.authorization));
      if (!side || device === undefined)
        return sendRefusal(reply, refuse('unauthenticated', 'the device token is missing or not valid'));
      const { from, to } = request.params;
      const delta = await find(side.context, from, to);
      // It may have been made on the disk of another server; the device takes the whole then.
      if (!delta || !(await store.holds(delta.sha256)))
        return sendRefusal(reply, refuse('not-found', 'there is no such delta'));
      return send(request, reply, delta, store, hot);
    },
  });
}

async function find({ db }: Pick<Context, 'db'>, from: string, to: string): Promise<Found | undefined> {
  if (!sha256Schema.safeParse(from).success || !sha256Schema.safeParse(to).success) return undefined;
  const row = await db
    .selectFrom('deltas')
    .select(['sha256', 'size'])
    .where('from_sha256', '=', from)
    .where('to_sha256', '=', to)
    .where('state', '=', 'made')
    .executeTakeFirst();
  return row?.sha256 == null || row.size === null ? undefined : { sha256: row.sha256, size: row.size };
}
