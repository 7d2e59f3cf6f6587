/**
 * A record that carries the digest of itself, so that one that was cut, decayed or altered by hand is told
 * from one that was written. It is no signature: it finds accidents, not forgers.
 */
import { createHash } from 'node:crypto';

/** SHA-256 over the JSON text of all other keys, hex; the last key. */
const SEAL = 'sha256';

export function sealed(record: object): string {
  return JSON.stringify({ ...record, [SEAL]: digest(record) });
}

/**
 * @param value as parsed; a record without a seal is one that an earlier agent wrote
 * @returns the record, or what can be seen of it with `altered` true
 */
export function unsealed(value: unknown): { readonly record: unknown; readonly altered: boolean } {
  if (typeof value !== 'object' || value === null || !(SEAL in value))
    return { record: value, altered: false };
  const { [SEAL]: seal, ...record } = value as Record<string, unknown>;
  return { record, altered: seal !== digest(record) };
}

/** Parsing and printing again gives the same text, so the digest can be taken of the parsed record. */
function digest(record: object): string {
  return createHash('sha256').update(JSON.stringify(record)).digest('hex');
}
