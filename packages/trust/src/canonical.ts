/**
 * The bytes that are signed: canonical JSON as TUF uses it (sorted keys, no spaces, integers only).
 *
 * A payload is that text. Because none of our strings holds a control character, a payload is at the same
 * time ordinary JSON; `canonical` refuses to make one that is not.
 */
import { canonicalize } from '@tufjs/canonical-json';

/** Canonical JSON of the signed part of a metadata file, as text: sign its UTF-8 bytes. */
export type Payload = string;

/** @throws TypeError when the value has no canonical form that is also JSON */
export function canonical(value: unknown): Payload {
  const text = canonicalize(value);
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new TypeError('a string with control characters cannot be signed', { cause });
  }
  return text;
}

/** Whether the text is exactly the canonical form of what it says. */
export function isCanonical(text: string): boolean {
  try {
    return canonicalize(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}
