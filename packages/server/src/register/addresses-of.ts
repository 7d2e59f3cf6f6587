/** Addresses of some devices, for whoever may read them. Their reading leaves an entry in the audit log. */
import { isAllowed, type RegisterEntry } from '@tuesday/protocol';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Principal } from '../identity/principal.ts';
import { tellOfReading } from './read-register.ts';

export type Addresses = ReadonlyMap<string, Omit<RegisterEntry, 'device'>>;

/**
 * @param what they are read with, for the log
 * @returns by device; empty for whoever may not read them
 */
export async function addressesOf(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  { actor, roles }: Pick<Principal, 'actor' | 'roles'>,
  { what, devices }: { what: string; devices: readonly string[] },
): Promise<Addresses> {
  if (!isAllowed(roles, 'ticket')) return new Map();
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<RegisterEntry>`SELECT device, customer, address, contact FROM address_register
      WHERE device = ANY(${devices}::text[])`.execute(trx);
    if (rows.length > 0) await tellOfReading(trx, clock.now(), actor, { what, addresses: rows.length });
    return new Map(rows.map(({ device, ...entry }) => [device, entry]));
  });
}
