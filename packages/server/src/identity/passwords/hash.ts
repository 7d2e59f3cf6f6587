/**
 * Passwords at rest: Argon2id (RFC 9106) in PHC string format, computed off the event loop. The parameters are the
 * first of the OWASP Password Storage Cheat Sheet (2025): 19 MiB, two passes, one lane.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const compute = promisify(argon2);

/** A hash of nothing that anybody knows: verifying against it takes as long as against a real one. */
const NOBODYS = phc(COST, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));

/** @returns `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>` */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return phc(COST, salt, await tagOf(password, salt, COST, TAG_BYTES));
}

/**
 * @param kept null for somebody without a password, or who does not exist: the work is the same, the answer no
 * @throws Error when what is kept is no hash of ours
 */
export async function verifyPassword(kept: string | null, password: string): Promise<boolean> {
  const { cost, salt, tag } = parsePhc(kept ?? NOBODYS);
  const isRight = timingSafeEqual(tag, await tagOf(password, salt, cost, tag.length));
  return isRight && kept !== null;
}

function tagOf(password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
  // Two ways to type one letter are one password (RFC 8265 4.2.2).
  return compute('argon2id', { message: password.normalize('NFC'), nonce, tagLength, ...cost });
}

function phc({ memory, passes, parallelism }: Cost, salt: Buffer, tag: Buffer): string {
  const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(tag)}`;
}

function parsePhc(text: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  if (!match) throw new Error('a stored password is not in the PHC format of Argon2id');
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number) as [number, number, number];
  const bytes = (part: string | undefined) => Buffer.from(part ?? '', 'base64');
  return { cost: { memory, passes, parallelism }, salt: bytes(match[4]), tag: bytes(match[5]) };
}
