/**
 * What the installation signs about a log: the header of an export, checkpoints, and the end of an export. The
 * signed text is the canonical JSON of `{<kind>: {…}}`, so that none can pass for another.
 */
import * as z from 'zod';
import { keyidOf, type KeyPair, type PublicKey, signatureHolds, signPayload } from '../keys.ts';
import { canonicalJson } from './entry.ts';

export const EXPORT_FORMAT = 'tuesday-audit-1';

const hexSchema = z.string().regex(/^[0-9a-f]{64}$/);
const countSchema = z.int().min(0);

export const headerSchema = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  organisation: z.string(),
  exportedAt: z.int(),
  /** How many entries follow. */
  entries: countSchema,
  /** The key that signs header and end. */
  keyid: hexSchema,
  publicKey: hexSchema,
  /** keyid → public key, hex: of all checkpoints, also of keys that the installation had before. */
  keys: z.record(hexSchema, hexSchema),
});
export type ExportHeader = z.infer<typeof headerSchema>;

/** Entry `seq` had this hash, and so had everything before it. */
export const checkpointSchema = z.strictObject({
  organisation: z.string(),
  /** 1 for the first of the organisation, then without a gap: one that is taken away is missed. */
  number: z.int().min(1),
  seq: z.int().min(1),
  hash: hexSchema,
  at: z.int(),
  keyid: hexSchema,
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const endSchema = z.strictObject({
  organisation: z.string(),
  entries: countSchema,
  checkpoints: countSchema,
  /** Of the last entry; GENESIS without one. */
  hash: hexSchema,
  /** SHA-256 of the header's line. */
  header: hexSchema,
  at: z.int(),
  keyid: hexSchema,
});
export type ExportEnd = z.infer<typeof endSchema>;

export type Statement = { header: ExportHeader } | { checkpoint: Checkpoint } | { end: ExportEnd };

/** @returns 64 bytes, hex */
export function signStatement(statement: Statement, key: KeyPair): string {
  return signPayload(canonicalJson(statement), key).sig;
}

/** @param publicKey 32 bytes, hex */
export function statementHolds(statement: Statement, publicKey: string, sig: string): boolean {
  return signatureHolds(canonicalJson(statement), publicKey, sig);
}

/** The id of a public key given as 32 bytes, hex. */
export function keyidOfHex(publicKey: string): string {
  const key: PublicKey = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKey } };
  return keyidOf(key);
}
