/** What a request of a fleet is answered with, and where the fleets are found by name. */
import type { Context } from '../context.ts';
import type { Authenticate } from '../devices/authenticate.ts';
import type { DeviceDoor } from '../ingest/door.ts';

export interface FleetSide {
  readonly context: Context;
  readonly authenticate: Authenticate;
  readonly door: DeviceDoor;
}

export interface FleetDirectory {
  readonly first: FleetSide;
  /** At once where the fleet is open already; one that is not known is looked up in the database. */
  find(fleet: string): FleetSide | undefined | Promise<FleetSide | undefined>;
}

/** For what is about one fleet only. */
export function oneFleet(side: FleetSide): FleetDirectory {
  const { fleet } = side.context;
  return { first: side, find: (name) => (name === fleet ? side : undefined) };
}
