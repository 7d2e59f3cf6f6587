/** Snapshot and timestamp: signed by the server's own keys, so that staleness shows. */
import { createHash } from 'node:crypto';
import { MetaFile, Snapshot, Timestamp } from '@tufjs/models';
import type { Instant } from '@tuesday/protocol';
import { canonical } from './canonical.ts';
import { type Signer, signPayload } from './keys.ts';
import { expiryAt, LIFETIMES, SPEC_VERSION } from './lifetimes.ts';
import { assemble, headOf, type MetadataText } from './signatures.ts';

export interface OnlineTerms {
  /** Of the metadata that is made; it never falls. */
  version: number;
  now: Instant;
  /** Milliseconds. */
  lifetime?: number;
}

/** @param targets the targets metadata as served */
export function makeSnapshot(targets: MetadataText, terms: OnlineTerms, signer: Signer): MetadataText {
  const snapshot = new Snapshot({
    specVersion: SPEC_VERSION,
    version: terms.version,
    expires: expiryAt(terms.now, terms.lifetime ?? LIFETIMES.snapshot),
    meta: { 'targets.json': metaFileOf(targets) },
  });
  return signed(snapshot.toJSON(), signer);
}

/** @param snapshot the snapshot metadata as served */
export function makeTimestamp(snapshot: MetadataText, terms: OnlineTerms, signer: Signer): MetadataText {
  const timestamp = new Timestamp({
    specVersion: SPEC_VERSION,
    version: terms.version,
    expires: expiryAt(terms.now, terms.lifetime ?? LIFETIMES.timestamp),
    snapshotMeta: metaFileOf(snapshot),
  });
  return signed(timestamp.toJSON(), signer);
}

function metaFileOf(metadata: MetadataText): MetaFile {
  return new MetaFile({
    version: headOf(metadata).version,
    length: Buffer.byteLength(metadata),
    hashes: { sha256: createHash('sha256').update(metadata).digest('hex') },
  });
}

function signed(json: unknown, signer: Signer): MetadataText {
  const payload = canonical(json);
  return assemble(payload, [signPayload(payload, signer)]);
}
