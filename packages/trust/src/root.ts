/** The root: which keys speak for which role, and how many of them it takes. */
import { Root } from '@tufjs/models';
import { type Instant, type OrRefused, refuse } from '@tuesday/protocol';
import { canonical, type Payload } from './canonical.ts';
import type { KeyRole } from './key-file.ts';
import { keyidOf, type PublicKey, type Signer, signPayload } from './keys.ts';
import { expiryAt, LIFETIMES, SPEC_VERSION } from './lifetimes.ts';
import { assemble, headOf, type MetadataText, payloadOf, verifyMetadata } from './signatures.ts';

export type Thresholds = Record<KeyRole, number>;

/** Two people for what devices run; the online roles only keep it fresh. */
export const THRESHOLDS: Thresholds = { root: 2, targets: 2, snapshot: 1, timestamp: 1 };

export interface RootPlan {
  rootKeys: readonly PublicKey[];
  targetsKeys: readonly PublicKey[];
  snapshotKey: PublicKey;
  timestampKey: PublicKey;
  thresholds?: Thresholds;
  now: Instant;
  /** Milliseconds. */
  lifetime?: number;
  /** 1 for the first root, one more at each rotation. */
  version?: number;
}

/** @throws RangeError when a threshold cannot be met by different keys */
export function createRoot(plan: RootPlan): Payload {
  const thresholds = plan.thresholds ?? THRESHOLDS;
  const byRole: Record<KeyRole, readonly PublicKey[]> = {
    root: plan.rootKeys,
    targets: plan.targetsKeys,
    snapshot: [plan.snapshotKey],
    timestamp: [plan.timestampKey],
  };
  const roles: Record<string, { keyids: string[]; threshold: number }> = {};
  const keys: Record<string, PublicKey> = {};
  for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
    for (const key of byRole[role]) keys[keyidOf(key)] = key;
    const keyids = [...new Set(byRole[role].map(keyidOf))];
    const threshold = thresholds[role];
    if (!(threshold >= 1 && threshold <= keyids.length)) {
      throw new RangeError(`${role} has ${keyids.length} different keys for a threshold of ${threshold}`);
    }
    roles[role] = { keyids, threshold };
  }
  const root = {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: plan.version ?? 1,
    expires: expiryAt(plan.now, plan.lifetime ?? LIFETIMES.root),
    consistent_snapshot: true,
    keys,
    roles,
  };
  return canonical(Root.fromJSON(root as never).toJSON());
}

/** A rotation is signed by the old root keys and by the new ones. */
export function signRoot(root: Payload, signers: readonly Signer[]): MetadataText {
  return assemble(
    root,
    signers.map((signer) => signPayload(root, signer)),
  );
}

/** A first root and first targets that fit together, before a server takes them over. */
export function verifyFirstTrust(root: MetadataText, targets: MetadataText): OrRefused<{ valid: true }> {
  const rootVerified = verifyMetadata(root, 'root', root);
  if ('refused' in rootVerified) return rootVerified;
  const targetsVerified = verifyMetadata(root, 'targets', targets);
  if ('refused' in targetsVerified) return targetsVerified;
  const unfit = unfitRoot(root);
  return unfit === undefined ? { valid: true } : { refused: refuse('metadata-invalid', unfit) };
}

/** @returns refused unless the new root follows the old one and enough keys of both signed it */
export function verifyRotation(oldRoot: MetadataText, newRoot: MetadataText): OrRefused<{ valid: true }> {
  for (const judge of [oldRoot, newRoot]) {
    const verified = verifyMetadata(judge, 'root', newRoot);
    if ('refused' in verified) return verified;
  }
  const [was, is] = [headOf(oldRoot).version, headOf(newRoot).version];
  if (is !== was + 1) {
    return { refused: refuse('metadata-replayed', `Root version ${is} does not follow ${was}.`) };
  }
  const unfit = unfitRoot(newRoot);
  return unfit === undefined ? { valid: true } : { refused: refuse('metadata-invalid', unfit) };
}

interface RootJson {
  consistent_snapshot: boolean;
  keys: Record<string, PublicKey>;
  roles: Record<KeyRole, { keyids: string[]; threshold: number }>;
}

/**
 * TUF lets a root be careless; ours may not: a key under two names would sign twice, and one person who can
 * sign `targets` alone undoes the two-person rule.
 */
function unfitRoot(root: MetadataText): string | undefined {
  const { consistent_snapshot, keys, roles } = JSON.parse(payloadOf(root)) as RootJson;
  if (!consistent_snapshot) return 'Root must use consistent snapshots.';
  for (const [keyid, key] of Object.entries(keys)) {
    if (keyidOf(key) !== keyid) return `Key ${keyid.slice(0, 12)}… does not have the id of its public key.`;
  }
  for (const role of ['root', 'targets'] as const) {
    if (roles[role].threshold < 2) return `The threshold of ${role} must be 2 at least.`;
  }
  return undefined;
}
