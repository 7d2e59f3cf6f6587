/**
 * Devices that nothing of ours reaches, as a list for technicians. Every attribute that the devices report is a column:
 * which of them says where a device stands is for the fleet to know.
 */
import { type IncidentDeviceView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import { findIncident } from './incident.ts';
import { readHarmed } from './list-devices.ts';
import { scopeOf } from './scope.ts';

/** A list that is longer is no work for people any more. */
const MOST = 100_000;
const FIXED = ['device', 'hardware', 'version', 'last seen', 'because', 'customer'] as const;

export async function listTechnicians(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  incident: string,
): Promise<OrRefused<FileAnswer>> {
  const row = await findIncident(db, incident);
  if (isRefused(row)) return row;
  const scope = await scopeOf(db, row, clock.now());
  const devices = await readHarmed(db, scope, { recovery: 'technician', limit: MOST });
  const name = `technicians-${incident}.csv`;
  return { file: toCsv(devices), type: 'text/csv; charset=utf-8; header=present', name };
}

type Listed = Omit<IncidentDeviceView, 'recovery'>;

/** A column before the others. */
interface Column<D> {
  readonly name: string;
  readonly of: (device: D) => string;
}

export function toCsv<D extends Listed>(devices: readonly D[], ...first: ReadonlyArray<Column<D>>): string {
  const attributes = [...new Set(devices.flatMap(({ environment }) => Object.keys(environment)))].sort();
  const lines = devices.map((one) => [
    ...first.map(({ of }) => of(one)),
    one.device,
    one.hardware,
    one.version ?? '',
    one.lastSeen === null ? '' : new Date(one.lastSeen).toISOString(),
    one.because,
    one.customer ?? '',
    ...attributes.map((name) => one.environment[name] ?? ''),
  ]);
  const names = [...first.map(({ name }) => name), ...FIXED, ...attributes];
  return [names, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** Devices name themselves: what a spreadsheet would take for a formula stays text. */
function cell(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
