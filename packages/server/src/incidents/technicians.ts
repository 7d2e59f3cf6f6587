/**
 * Devices that nothing of ours reaches, as a list for technicians: the addresses of the register for whoever may read
 * them, and every attribute that the devices report as a column.
 */
import {
  type IncidentDeviceView,
  isAllowed,
  isRefused,
  type OrRefused,
  type RegisterEntry,
} from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import type { Principal } from '../identity/principal.ts';
import { tellOfReading } from '../register/read-register.ts';
import { findIncident } from './incident.ts';
import { readHarmed } from './list-devices.ts';
import { scopeOf } from './scope.ts';

/** A list that is longer is no work for people any more. */
const MOST = 100_000;
const FIXED = ['device', 'hardware', 'version', 'last seen', 'because', 'customer'] as const;
const OF_REGISTER = ['address', 'contact'] as const;

export async function listTechnicians(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  { actor, roles }: Pick<Principal, 'actor' | 'roles'>,
  incident: string,
): Promise<OrRefused<FileAnswer>> {
  const row = await findIncident(db, incident);
  if (isRefused(row)) return row;
  const scope = await scopeOf(db, row, clock.now());
  const devices = await readHarmed(db, scope, { recovery: 'technician', limit: MOST });
  const register = isAllowed(roles, 'ticket')
    ? await addressesOf({ db, clock }, actor, { incident, devices })
    : undefined;
  const name = `technicians-${incident}.csv`;
  return { file: toCsv(devices, register), type: 'text/csv; charset=utf-8; header=present', name };
}

type Addresses = ReadonlyMap<string, Omit<RegisterEntry, 'device'>>;

async function addressesOf(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Principal['actor'],
  { incident, devices }: { incident: string; devices: readonly IncidentDeviceView[] },
): Promise<Addresses> {
  return db.transaction().execute(async (trx) => {
    const ids = devices.map(({ device }) => device);
    const { rows } = await sql<RegisterEntry>`SELECT device, customer, address, contact FROM address_register
      WHERE device = ANY(${ids}::text[])`.execute(trx);
    const what = `the technicians of incident ${incident}`;
    if (rows.length > 0) await tellOfReading(trx, clock.now(), actor, { what, addresses: rows.length });
    return new Map(rows.map(({ device, ...entry }) => [device, entry]));
  });
}

/** @param register absent: whoever asks may not read it; empty: it has none of them. Without any there is no column. */
export function toCsv(devices: readonly IncidentDeviceView[], register: Addresses = new Map()): string {
  const own = register.size === 0 ? [] : OF_REGISTER;
  const attributes = [...new Set(devices.flatMap(({ environment }) => Object.keys(environment)))].sort();
  const lines = devices.map((one) => [
    one.device,
    one.hardware,
    one.version ?? '',
    one.lastSeen === null ? '' : new Date(one.lastSeen).toISOString(),
    one.because,
    register.get(one.device)?.customer ?? one.customer ?? '',
    ...own.map((name) => register.get(one.device)?.[name] ?? ''),
    ...attributes.map((name) => one.environment[name] ?? ''),
  ]);
  return [[...FIXED, ...own, ...attributes.map(named)], ...lines]
    .map((line) => `${line.map(cell).join(',')}\r\n`)
    .join('');
}

/** What devices say stands apart from what the register says under the same name. */
const named = (attribute: string) =>
  (OF_REGISTER as readonly string[]).includes(attribute) ? `${attribute} (reported)` : attribute;

/** Devices name themselves: what a spreadsheet would take for a formula stays text. */
function cell(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
