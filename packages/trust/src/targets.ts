/** Targets metadata: what devices may run. Signed offline, by people. */
import { TargetFile, Targets } from '@tufjs/models';
import type { Instant, TargetCustom } from '@tuesday/protocol';
import { canonical, isCanonical, type Payload } from './canonical.ts';
import { expiryAt, LIFETIMES, SPEC_VERSION } from './lifetimes.ts';
import { headOf, type MetadataText } from './signatures.ts';

export interface TargetEntry {
  /** `targetPath(version, hardware)`. */
  path: string;
  /** Bytes. */
  size: number;
  sha256: string;
  custom: TargetCustom;
}

export interface TargetsTerms {
  now: Instant;
  /** Milliseconds. */
  lifetime?: number;
}

/** Version 1, without targets. */
export function emptyTargets(terms: TargetsTerms): Payload {
  return canonical(new Targets({ specVersion: SPEC_VERSION, version: 1, expires: expiryOf(terms) }).toJSON());
}

/**
 * The next version with these targets besides the ones that it has.
 *
 * @param metadata the published targets metadata, or a payload
 * @throws RangeError when a path exists already: what devices were told once is never told otherwise
 */
export function addTargets(
  metadata: MetadataText,
  added: readonly TargetEntry[],
  terms: TargetsTerms,
): Payload {
  const targets = parseTargets(metadata);
  for (const entry of added) {
    if (targets.targets[entry.path]) throw new RangeError(`${entry.path} is a target already`);
    targets.addTarget(
      new TargetFile({
        path: entry.path,
        length: entry.size,
        hashes: { sha256: entry.sha256 },
        unrecognizedFields: { custom: { ...entry.custom } as never },
      }),
    );
  }
  const next = { ...targets.toJSON(), version: targets.version + 1, expires: expiryOf(terms) };
  return canonical(next);
}

export function addTarget(metadata: MetadataText, added: TargetEntry, terms: TargetsTerms): Payload {
  return addTargets(metadata, [added], terms);
}

/** The targets of a metadata file or payload, by path. */
export function targetsOf(metadata: MetadataText): TargetEntry[] {
  return Object.values(parseTargets(metadata).targets)
    .map((target) => ({
      path: target.path,
      size: target.length,
      sha256: target.hashes['sha256'] ?? '',
      custom: target.custom as unknown as TargetCustom,
    }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

export interface TargetsChange {
  added: TargetEntry[];
  /** Paths that are gone or that say something else now. */
  removed: string[];
  changed: string[];
}

/**
 * What a person who signs `payload` would change, read from the bytes themselves.
 *
 * @throws TypeError when the payload is not canonical JSON of targets metadata, or does not follow `published`
 */
export function compareTargets(published: MetadataText, payload: Payload): TargetsChange {
  if (!isCanonical(payload)) throw new TypeError('the payload is not canonical JSON');
  const [was, is] = [headOf(published), headOf(payload)];
  if (is.type !== 'targets') throw new TypeError(`the payload is ${is.type} metadata, not targets`);
  if (is.version !== was.version + 1) {
    throw new TypeError(`the payload is version ${is.version}, which does not follow ${was.version}`);
  }
  const before = new Map(targetsOf(published).map((entry) => [entry.path, canonical(entry)]));
  const after = targetsOf(payload);
  const paths = new Set(after.map((entry) => entry.path));
  return {
    added: after.filter((entry) => !before.has(entry.path)),
    removed: [...before.keys()].filter((path) => !paths.has(path)),
    changed: after
      .filter((entry) => before.has(entry.path) && before.get(entry.path) !== canonical(entry))
      .map((entry) => entry.path),
  };
}

function parseTargets(metadata: MetadataText): Targets {
  if (headOf(metadata).type !== 'targets') throw new TypeError('not targets metadata');
  const parsed = JSON.parse(metadata) as { signed?: unknown };
  return Targets.fromJSON((parsed.signed ?? parsed) as never);
}

function expiryOf(terms: TargetsTerms): string {
  return expiryAt(terms.now, terms.lifetime ?? LIFETIMES.targets);
}
