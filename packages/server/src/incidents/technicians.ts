/** Devices that nothing of ours reaches, as a list for technicians. */
import { isRefused, type OrRefused } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import type { Principal } from '../identity/principal.ts';
import { addressesOf } from '../register/addresses-of.ts';
import { findIncident } from './incident.ts';
import { readHarmed } from './list-devices.ts';
import { scopeOf } from './scope.ts';
import { CSV, toCsv } from './technicians-csv.ts';

/** A list that is longer is no work for people any more. */
const MOST = 100_000;

export async function listTechnicians(
  context: Pick<Context, 'db' | 'clock'>,
  principal: Pick<Principal, 'actor' | 'roles'>,
  incident: string,
): Promise<OrRefused<FileAnswer>> {
  const { db, clock } = context;
  const row = await findIncident(db, incident);
  if (isRefused(row)) return row;
  const scope = await scopeOf(db, row, clock.now());
  const devices = await readHarmed(db, scope, { recovery: 'technician', limit: MOST });
  const addresses = await addressesOf(context, principal, {
    what: `the technicians of incident ${incident}`,
    devices: devices.map(({ device }) => device),
  });
  return { file: toCsv(devices, addresses), type: CSV, name: `technicians-${incident}.csv` };
}
