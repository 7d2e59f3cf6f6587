/**
 * Devices as a list for technicians: the addresses of the register, and every attribute that the devices report as a
 * column. RFC 4180.
 */
import type { IncidentDeviceView } from '@tuesday/protocol';
import type { Addresses } from '../register/addresses-of.ts';

export const CSV = 'text/csv; charset=utf-8; header=present';
const FIXED = ['device', 'hardware', 'version', 'last seen', 'because', 'customer'] as const;
const OF_REGISTER = ['address', 'contact'] as const;

type Listed = Omit<IncidentDeviceView, 'recovery'>;

/** A column before the others. */
interface Column<D> {
  readonly name: string;
  readonly of: (device: D) => string;
}

/** @param addresses without any there is no column for them */
export function toCsv<D extends Listed>(
  devices: readonly D[],
  addresses: Addresses = new Map(),
  ...first: ReadonlyArray<Column<D>>
): string {
  const own = addresses.size === 0 ? [] : OF_REGISTER;
  const attributes = [...new Set(devices.flatMap(({ environment }) => Object.keys(environment)))].sort();
  const lines = devices.map((one) => [
    ...first.map(({ of }) => of(one)),
    one.device,
    one.hardware,
    one.version ?? '',
    one.lastSeen === null ? '' : new Date(one.lastSeen).toISOString(),
    one.because,
    addresses.get(one.device)?.customer ?? one.customer ?? '',
    ...own.map((name) => addresses.get(one.device)?.[name] ?? ''),
    ...attributes.map((name) => one.environment[name] ?? ''),
  ]);
  const names = [...first.map(({ name }) => name), ...FIXED, ...own, ...attributes.map(named)];
  return [names, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** What devices say stands apart from what the register says under the same name. */
const named = (attribute: string) =>
  (OF_REGISTER as readonly string[]).includes(attribute) ? `${attribute} (reported)` : attribute;

/** Devices name themselves: what a spreadsheet would take for a formula stays text. */
function cell(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
