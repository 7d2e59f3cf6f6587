/** Which column of a file holds what of the register, by the usual names, and what a line says. */
import { deviceIdSchema, type OrRefused, refuse, type RegisterEntry } from '@tuesday/protocol';

type Field = keyof RegisterEntry;
export type RegisterColumns = Readonly<Record<Field, number>>;

/** In small letters; the first that the header has. */
const USUAL: Readonly<Record<Field, readonly string[]>> = {
  device: ['device', 'device id', 'device_id', 'serial number', 'serial'],
  customer: ['customer', 'customer id', 'customer name', 'name'],
  address: ['address', 'street address', 'site'],
  contact: ['contact', 'phone', 'telephone', 'email'],
};
const MOST: Readonly<Record<Field, number>> = { device: 64, customer: 200, address: 500, contact: 200 };

export function registerColumns(header: readonly string[]): OrRefused<RegisterColumns> {
  const names = header.map((name) => name.trim().toLowerCase());
  const find = (field: Field) =>
    USUAL[field].map((name) => names.indexOf(name)).find((index) => index >= 0) ?? -1;
  for (const field of ['device', 'address'] as const)
    if (find(field) < 0)
      return {
        refused: refuse(
          'bad-request',
          `line 1: no column holds the ${field}; the file has ${shown(header)}`,
          {
            field,
            try: `name a column one of ${USUAL[field].join(', ')}`,
          },
        ),
      };
  return {
    device: find('device'),
    customer: find('customer'),
    address: find('address'),
    contact: find('contact'),
  };
}

const shown = (header: readonly string[]) => header.slice(0, 20).join(', ').slice(0, 300);

/** @returns the entry, or the column and what is wrong in it */
export function entryOf(
  record: readonly string[],
  columns: RegisterColumns,
): RegisterEntry | { readonly wrong: string } {
  const cell = (field: Field) => (record[columns[field]] ?? '').trim();
  for (const field of Object.keys(MOST) as Field[])
    if (cell(field).length > MOST[field])
      return { wrong: `column ${field}: is longer than ${MOST[field]} characters` };
  const device = deviceIdSchema.safeParse(cell('device'));
  if (!device.success) return { wrong: `column device: "${cell('device')}" is no device` };
  if (cell('address') === '') return { wrong: 'column address: is empty' };
  return {
    device: device.data,
    customer: cell('customer') || null,
    address: cell('address'),
    contact: cell('contact') || null,
  };
}
