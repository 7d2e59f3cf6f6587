/**
 * An authenticator in software, for attacks that no honest browser would make: it signs whatever it is told to.
 * Formats of Web Authentication Level 3: 6.1 authenticator data, 6.5.1 attested credential data, 8.7 no attestation.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Credential {
  readonly id: Buffer;
  readonly privateKey: KeyObject;
  /** COSE_Key, ES256. */
  readonly publicKey: Buffer;
  counter: number;
  userHandle: string;
}

/** What may be forged. */
interface Forging {
  readonly origin?: string;
  readonly rp?: string;
  readonly counter?: number;
  /** User present and user verified; 0x01 is present only. */
  readonly flags?: number;
  readonly userHandle?: string | null;
}

interface CreationOptions {
  challenge: string;
  user: { id: string };
  rp: { id: string };
}

const PRESENT_AND_VERIFIED = 0x05;
const ATTESTED = 0x40;

export class SoftAuthenticator {
  readonly origin: string;
  credential: Credential | undefined;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Ignores what is excluded. Makes a key, or registers the one that it has again. */
  create(options: unknown, forging: Forging = {}): Record<string, unknown> {
    const { challenge, user, rp } = options as CreationOptions;
    const credential = (this.credential ??= newCredential());
    credential.userHandle = user.id;
    const { id, publicKey } = credential;
    const attested = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, publicKey]);
    const authData = Buffer.concat([this.#head(rp.id, forging, ATTESTED), attested]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      bytes(authData),
    ]);
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', challenge, forging).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  get(options: unknown, forging: Forging = {}): Record<string, unknown> {
    const { challenge, rpId } = options as { challenge: string; rpId: string };
    const { credential } = this;
    if (!credential) throw new Error('it has no credential yet');
    credential.counter++;
    const authData = this.#head(rpId, forging, 0);
    const clientData = this.#clientData('webauthn.get', challenge, forging);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    const handle = forging.userHandle === undefined ? credential.userHandle : forging.userHandle;
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, credential.privateKey).toString('base64url'),
      ...(handle === null ? {} : { userHandle: handle }),
    });
  }

  #answer(response: Record<string, unknown>): Record<string, unknown> {
    const id = this.credential?.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #head(rp: string, forging: Forging, extra: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(forging.counter ?? this.credential?.counter ?? 0);
    const flags = Buffer.from([(forging.flags ?? PRESENT_AND_VERIFIED) | extra]);
    const rpHash = createHash('sha256')
      .update(forging.rp ?? rp)
      .digest();
    return Buffer.concat([rpHash, flags, counter]);
  }

  #clientData(type: string, challenge: string, { origin = this.origin }: Forging): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}

function newCredential(): Credential {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const cose = Buffer.concat([
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}, RFC 9053 7.1
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    bytes(Buffer.from(y, 'base64url')),
  ]);
  return { id: randomBytes(16), privateKey, publicKey: cose, counter: 0, userHandle: '' };
}

/** CBOR (RFC 8949 3.1), as short as these are. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
}

function bytes(value: Buffer): Buffer {
  const head =
    value.length < 256 ? Buffer.from([0x58, value.length]) : Buffer.from([0x59, ...uint16(value.length)]);
  return Buffer.concat([head, value]);
}

function uint16(value: number): Buffer {
  const two = Buffer.alloc(2);
  two.writeUInt16BE(value);
  return two;
}
