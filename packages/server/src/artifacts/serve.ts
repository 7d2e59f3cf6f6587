/** Artifacts for devices: whole or in part, from memory where they are hot. */
import { refuse } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { bearer } from '../devices/tokens.ts';
import type { FleetDirectory, FleetSide } from '../fleets/fleet-side.ts';
import { sendRefusal } from '../http/app.ts';
import { deviceSideOf } from '../http/device/side.ts';
import { registerDeltas } from '../deltas/serve.ts';
import { publishedManifest } from '../releases/published-manifest.ts';
import { HotArtifacts } from './hot.ts';
import { type Found, send } from './send.ts';
import type { ArtifactStore } from './store.ts';

/** Published artifacts never change, so what was found once stays found. */
const REMEMBERED = 10_000;

export function registerArtifacts(app: FastifyInstance, fleets: FleetDirectory, store: ArtifactStore): void {
  const hot = new HotArtifacts((sha256) => store.whole(sha256));
  registerDeltas(app, fleets, store, hot);
  /** By fleet: the same version may have other bytes in another one. */
  const foundOf = new WeakMap<FleetSide, Map<string, Found>>();
  app.route<{ Params: { version: string; file: string } }>({
    method: ['GET', 'HEAD'],
    url: '/device/v1/trust/targets/:version/:file',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const side = await deviceSideOf(fleets, request);
      const device = await side?.authenticate(bearer(request.headers.authorization));
      if (!side || device === undefined)
        return sendRefusal(reply, refuse('unauthenticated', 'the device token is missing or not valid'));
      const { version, file } = request.params;
      const found = foundOf.get(side) ?? new Map<string, Found>();
      foundOf.set(side, found);
      const artifact = found.get(`${version}/${file}`) ?? (await find(side.context, version, file));
      if (!artifact) return sendRefusal(reply, refuse('not-found', 'there is no such artifact'));
      if (found.size < REMEMBERED) found.set(`${version}/${file}`, artifact);
      return send(request, reply, artifact, store, hot);
    },
  });
}

/** Published artifacts only: a draft is nobody's business yet. */
async function find({ db }: Pick<Context, 'db'>, version: string, file: string): Promise<Found | undefined> {
  const match = /^([0-9a-f]{64})\.([A-Za-z0-9][A-Za-z0-9._-]{0,63})\.bundle$/.exec(file);
  if (!match) return undefined;
  const manifest = await publishedManifest(db, version.replaceAll('\0', ''));
  return manifest?.artifacts.find(({ sha256, hardware }) => sha256 === match[1] && hardware === match[2]);
}
