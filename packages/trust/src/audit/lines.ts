/**
 * The lines of an exported log, each canonical JSON (RFC 8785) and one line feed:
 * `{"header":{…},"sig":…}`, then `{"entry":{…},"hash":…}` in order with each `{"checkpoint":{…},"sig":…}` right
 * after the entry that it covers, and `{"end":{…},"sig":…}`. The hash of an entry is the SHA-256 of exactly the
 * bytes between `{"entry":` and `,"hash"`.
 */
import type { KeyPair } from '../keys.ts';
import { canonicalJson, entryText, type HashedEntry } from './entry.ts';
import { type Checkpoint, signStatement, type Statement } from './statements.ts';

export function entryLine(entry: HashedEntry): string {
  return `{"entry":${entryText(entry)},"hash":${JSON.stringify(entry.hash)}}\n`;
}

export function checkpointLine(checkpoint: Checkpoint, sig: string): string {
  return signedLine({ checkpoint }, sig);
}

/** Header or end. */
export function statementLine(statement: Statement, key: KeyPair): string {
  return signedLine(statement, signStatement(statement, key));
}

function signedLine(statement: Statement, sig: string): string {
  return `${canonicalJson({ ...statement, sig })}\n`;
}
