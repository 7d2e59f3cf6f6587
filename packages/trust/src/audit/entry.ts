/** One entry of the audit log, and what its hash covers. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** An entry as its hash sees it. Which organisation it belongs to is not in it: each has a chain of its own. */
export interface ChainedEntry {
  /** 1 for the first of the organisation, then without a gap. */
  readonly seq: number;
  /** Unix milliseconds of the server's clock. */
  readonly at: number;
  readonly fleet: string | null;
  readonly actor: string;
  readonly person: string | null;
  readonly origin: string | null;
  readonly factor: string | null;
  readonly verb: string;
  readonly object: string;
  readonly because: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Hash of the entry before it. */
  readonly previous: string;
}

export type HashedEntry = ChainedEntry & { readonly hash: string };

/** What the first entry calls the one before it. */
export const GENESIS = '0'.repeat(64);

/**
 * Canonical JSON by RFC 8785 (JSON Canonicalization Scheme, June 2020). TUF's own canonical form knows no
 * fractions and leaves control characters as they are, so it is not used here.
 *
 * @throws Error for what RFC 8785 has no form of: numbers that are not finite, surrogates without their half
 */
export function canonicalJson(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this has no canonical form');
  return text;
}

/** The text that is hashed. What is null is left out, so that entries of older versions keep their hash. */
export function entryText(entry: ChainedEntry): string {
  const { seq, at, fleet, actor, person, origin, factor, verb, object, because, before, after, previous } =
    entry;
  return canonicalJson({
    seq,
    at,
    ...(fleet === null ? {} : { fleet }),
    actor,
    ...(person === null ? {} : { person }),
    ...(origin === null ? {} : { origin }),
    ...(factor === null ? {} : { factor }),
    verb,
    object,
    because,
    before,
    after,
    previous,
  });
}

/** SHA-256 of `entryText`, hex. */
export function hashEntry(entry: ChainedEntry): string {
  return hashText(entryText(entry));
}

export function hashText(text: string): string {
  return hash('sha256', text, 'hex');
}

/** @returns the sequence number of the first entry that does not follow from the one before it, or null */
export function firstBroken(entries: readonly HashedEntry[], previous = GENESIS): number | null {
  let expected = previous;
  let seq = entries[0]?.seq ?? 1;
  for (const entry of entries) {
    if (entry.seq !== seq++ || entry.previous !== expected || hashEntry(entry) !== entry.hash)
      return entry.seq;
    expected = entry.hash;
  }
  return null;
}
