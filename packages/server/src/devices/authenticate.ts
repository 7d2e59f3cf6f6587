/** Whose token this is. Known devices are recognized from memory; others are looked up together, many at once. */
import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { Batch } from '../ingest/batch.ts';
import type { DeviceMemory } from '../ingest/memory.ts';
import { claimOfToken, hashToken } from './tokens.ts';

export type Authenticate = (token: string | undefined) => string | undefined | Promise<string | undefined>;

/** @returns a function that gives the device of a token of this fleet, at once where memory suffices, or undefined */
export function authenticator(fleet: string, pool: Pool, memory: DeviceMemory): Authenticate {
  const lookUps = new Batch<string, Buffer | undefined>({
    limit: 1_000,
    waiting: Number.POSITIVE_INFINITY,
    run: (devices) => lookUp(pool, devices),
    isOfAnItem: () => false,
  });
  return (token) => {
    const claim = token === undefined ? undefined : claimOfToken(token);
    if (token === undefined || claim?.fleet !== fleet) return undefined;
    const { device } = claim;
    const digest = hashToken(token);
    if (isSame(memory.tokenOf(device), digest)) return device;
    // Not known here, or enrolled anew since: the database decides.
    return lookUps.add(device).then((stored) => {
      if (!isSame(stored, digest)) return undefined;
      memory.rememberToken(device, digest);
      return device;
    });
  };
}

async function lookUp(pool: Pool, devices: readonly string[]): Promise<(Buffer | undefined)[]> {
  const { rows } = await pool.query<{ device: string; token_hash: Buffer }>({
    name: 'look-up-tokens',
    text: `SELECT d.device, d.token_hash FROM unnest($1::text[]) AS asked (device)
      JOIN devices d ON d.device = asked.device`,
    values: [[...new Set(devices)]],
  });
  const found = new Map(rows.map((row) => [row.device, row.token_hash]));
  return devices.map((device) => found.get(device));
}

function isSame(stored: Buffer | undefined, digest: Buffer): boolean {
  return stored !== undefined && stored.length === digest.length && timingSafeEqual(stored, digest);
}
