/** Which fleet an operator's request is about. */
import { isRefused, type OrRefused, refuse, type Refusal, type RouteName, routes } from '@tuesday/protocol';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import type { FleetDirectory } from '../../fleets/fleet-side.ts';
import { homeInHaste, homeOf } from '../../identity/home.ts';
import { whoAsks } from '../../identity/who-asks.ts';
import { unknownCode } from '../../support/view-support-code.ts';
import { addressOf } from '../address.ts';

/**
 * What stands in the path, or the home of whoever asks. A route that is open is not about a fleet: it is answered
 * by the first one, whatever the path says, so that nobody learns from it which fleets there are.
 *
 * @returns `not-found` where there is no such fleet, but only to somebody who is signed in
 */
export async function askedFleet(
  fleets: FleetDirectory,
  name: RouteName,
  request: FastifyRequest,
): Promise<OrRefused<Context>> {
  const { context } = fleets.first;
  // A message from outside that is signed with a secret of its fleet.
  if (name === 'receiveHook' || name === 'receiveTicket')
    return (await fleets.find(addressOf(request.raw) ?? context.fleet))?.context ?? context;
  if (name === 'viewSupportCode') {
    // A fleet that is not there explains nothing, in the words of one that does not want to.
    const explaining = await fleets.find(addressOf(request.raw) ?? context.fleet);
    return explaining?.context ?? { refused: unknownCode(request.params) };
  }
  if (routes[name].needs === 'open') return context;
  const home = name === 'haltRollout' ? homeInHaste : homeOf;
  const fleet = addressOf(request.raw) ?? (await home(context, request));
  const side = await fleets.find(fleet);
  if (side) return side.context;
  const principal = await whoAsks(context, request);
  return isRefused(principal) ? principal : noFleet(fleet);
}

/** The same words for one that does not exist and for one of another organisation. */
export function noFleet(fleet: string): { refused: Refusal } {
  return { refused: refuse('not-found', `there is no fleet ${fleet}`) };
}
