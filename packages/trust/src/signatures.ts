/** Signatures over payloads, judged against a root. */
import { Metadata, MetadataKind, type Root } from '@tufjs/models';
import { type OrRefused, refuse } from '@tuesday/protocol';
import { canonical, isCanonical, type Payload } from './canonical.ts';
import type { KeyRole } from './key-file.ts';
import { type PublicKey, type Signature, signatureHolds } from './keys.ts';

/** Text of a metadata file exactly as it is served: `{"signatures":[…],"signed":{…}}`. */
export type MetadataText = string;

/** The part that every metadata file has. */
export interface MetadataHead {
  type: KeyRole;
  version: number;
  /** ISO 8601. */
  expires: string;
}

interface Envelope {
  signed: Record<string, unknown>;
  signatures: Signature[];
}

/** @throws SyntaxError or TypeError when the text is not a metadata file */
export function openEnvelope(metadata: MetadataText): Envelope {
  const parsed = JSON.parse(metadata) as Partial<Envelope> | null;
  if (typeof parsed?.signed !== 'object' || parsed.signed === null || !Array.isArray(parsed.signatures)) {
    throw new TypeError('not a metadata file: signed and signatures are missing');
  }
  return parsed as Envelope;
}

/** The bytes that the signatures of a metadata file cover. */
export function payloadOf(metadata: MetadataText): Payload {
  return canonical(openEnvelope(metadata).signed);
}

export function signaturesOf(metadata: MetadataText): Signature[] {
  return openEnvelope(metadata).signatures.map(({ keyid, sig }) => ({ keyid, sig }));
}

/** @throws TypeError when the payload is not canonical, or a key signs twice */
export function assemble(payload: Payload, signatures: readonly Signature[]): MetadataText {
  if (!isCanonical(payload)) throw new TypeError('the payload is not canonical JSON');
  const keyids = new Set(signatures.map((signature) => signature.keyid));
  if (keyids.size !== signatures.length) throw new TypeError('a key signs once');
  const list = signatures.map(({ keyid, sig }) => ({ keyid, sig }));
  return `{"signatures":${canonical(list)},"signed":${payload}}`;
}

/** @throws when the text is neither a metadata file nor a payload */
export function headOf(text: MetadataText): MetadataHead {
  const parsed = JSON.parse(text) as { signed?: unknown };
  const signed = (parsed.signed ?? parsed) as { _type?: unknown; version?: unknown; expires?: unknown };
  const { _type: type, version, expires } = signed;
  if (!isRole(type) || !Number.isInteger(version) || typeof expires !== 'string') {
    throw new TypeError('not TUF metadata: type, version or expiry is missing');
  }
  return { type, version: version as number, expires };
}

function isRole(type: unknown): type is KeyRole {
  return type === 'root' || type === 'targets' || type === 'snapshot' || type === 'timestamp';
}

export interface RoleKeys {
  threshold: number;
  /** keyid → public key. */
  keys: Record<string, PublicKey>;
}

/** Who may sign for a role, by this root. */
export function roleKeys(root: MetadataText, role: KeyRole): RoleKeys {
  const { signed } = parseRoot(root);
  const listed = signed.roles[role];
  const keys: Record<string, PublicKey> = {};
  for (const keyid of listed?.keyIDs ?? []) {
    const key = signed.keys[keyid]?.toJSON();
    if (key?.['keytype'] === 'ed25519') keys[keyid] = key as unknown as PublicKey;
  }
  return { threshold: listed?.threshold ?? Number.POSITIVE_INFINITY, keys };
}

export function parseRoot(root: MetadataText): Metadata<Root> {
  return Metadata.fromJSON(MetadataKind.Root, openEnvelope(root) as never);
}

/** @returns refused `unknown-key` or `bad-signature` */
export function verifySignature(
  root: MetadataText,
  role: KeyRole,
  payload: Payload,
  keyid: string,
  sig: string,
): OrRefused<{ valid: true }> {
  const key = roleKeys(root, role).keys[keyid];
  if (!key) {
    return { refused: refuse('unknown-key', `Root lists no key ${keyid.slice(0, 12)}… for ${role}.`) };
  }
  if (!signatureHolds(payload, key.keyval.public, sig)) {
    return {
      refused: refuse('bad-signature', `The signature of key ${keyid.slice(0, 12)}… does not verify.`),
    };
  }
  return { valid: true };
}

/** How many different keys (by id and by public key) signed the payload validly. */
export function countValidSignatures(
  root: MetadataText,
  role: KeyRole,
  payload: Payload,
  signatures: readonly Signature[],
): number {
  const { keys } = roleKeys(root, role);
  const publicKeys = new Set<string>();
  for (const { keyid, sig } of signatures) {
    const key = keys[keyid]?.keyval.public;
    if (key !== undefined && signatureHolds(payload, key, sig)) publicKeys.add(key);
  }
  return publicKeys.size;
}

/** @returns refused `metadata-invalid` or `threshold-not-met` */
export function verifyMetadata(
  root: MetadataText,
  role: KeyRole,
  metadata: MetadataText,
): OrRefused<{ payload: Payload; head: MetadataHead }> {
  try {
    const head = headOf(metadata);
    if (head.type !== role) {
      return { refused: refuse('metadata-invalid', `Expected ${role} metadata, not ${head.type}.`) };
    }
    const payload = payloadOf(metadata);
    const have = countValidSignatures(root, role, payload, signaturesOf(metadata));
    const need = roleKeys(root, role).threshold;
    if (have < need) {
      return { refused: refuse('threshold-not-met', `${have} of ${need} keys signed ${role}.`) };
    }
    return { payload, head };
  } catch (error) {
    return { refused: refuse('metadata-invalid', `The ${role} metadata: ${(error as Error).message}`) };
  }
}
