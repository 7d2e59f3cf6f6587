/** The fleet that a request of a device is about: the one in its path, or the first. */
import type { FastifyRequest } from 'fastify';
import type { FleetDirectory, FleetSide } from '../../fleets/fleet-side.ts';
import { addressOf } from '../address.ts';

export async function deviceSideOf(
  fleets: FleetDirectory,
  { raw }: Pick<FastifyRequest, 'raw'>,
): Promise<FleetSide | undefined> {
  const fleet = addressOf(raw);
  return fleet === undefined ? fleets.first : fleets.find(fleet);
}
