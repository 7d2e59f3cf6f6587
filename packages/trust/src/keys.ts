/** Ed25519 keys and signatures. The only source of randomness is the operating system's. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { canonical, type Payload } from './canonical.ts';

/** A public key as TUF metadata lists it. */
export interface PublicKey {
  keytype: 'ed25519';
  scheme: 'ed25519';
  /** 32 bytes, lower-case hex. */
  keyval: { public: string };
}

export interface KeyPair {
  keyid: string;
  public: PublicKey;
  /** PKCS#8, PEM. */
  privateKeyPem: string;
}

/** What is needed to sign. */
export type Signer = Pick<KeyPair, 'keyid' | 'privateKeyPem'>;

/** One signature as metadata carries it: 64 bytes, lower-case hex. */
export interface Signature {
  keyid: string;
  sig: string;
}

/** DER of an Ed25519 public key up to the key itself (RFC 8410, section 4). */
const SPKI_PREFIX = '302a300506032b6570032100';

export function generateKey(): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  return keyPairOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** @throws TypeError when the PEM holds no Ed25519 private key */
export function keyPairOf(privateKeyPem: string): KeyPair {
  const privateKey = createPrivateKey(privateKeyPem);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 private key');
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const publicKey: PublicKey = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: spki.subarray(-32).toString('hex') },
  };
  return { keyid: keyidOf(publicKey), public: publicKey, privateKeyPem };
}

/** SHA-256 of the canonical JSON of the public key, hex: TUF 1.0, section 4.2. */
export function keyidOf(publicKey: PublicKey): string {
  return createHash('sha256').update(canonical(publicKey)).digest('hex');
}

export function signPayload(payload: Payload, signer: Signer): Signature {
  return { keyid: signer.keyid, sig: signBytes(Buffer.from(payload), signer).toString('hex') };
}

/** @returns 64 bytes */
export function signBytes(bytes: Uint8Array, signer: Signer): Buffer {
  return sign(undefined, bytes, createPrivateKey(signer.privateKeyPem));
}

/** False for anything that is not a valid signature, whatever is wrong with it. */
export function signatureHolds(payload: Payload, publicHex: string, sig: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(sig)) return false;
  return signatureOfBytesHolds(Buffer.from(payload), publicHex, Buffer.from(sig, 'hex'));
}

/** As `signatureHolds`, for what is not text. */
export function signatureOfBytesHolds(bytes: Uint8Array, publicHex: string, sig: Uint8Array): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicHex)) return false;
  try {
    const key = createPublicKey({
      key: Buffer.from(SPKI_PREFIX + publicHex, 'hex'),
      format: 'der',
      type: 'spki',
    });
    return verify(undefined, bytes, key, sig);
  } catch {
    return false;
  }
}
