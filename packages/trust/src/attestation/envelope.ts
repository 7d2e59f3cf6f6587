/** The DSSE envelope: what is signed, and by whom. Dead Simple Signing Envelope, protocol v1.0.2. */
import { type Signer, signatureOfBytesHolds, signBytes } from '../keys.ts';

/** Base64 as RFC 4648, section 4, with padding. */
export interface Envelope {
  payloadType: string;
  payload: string;
  signatures: Array<{ keyid: string; sig: string }>;
}

/** `PAE` of the protocol's "Signature Definition": lengths in bytes, so that type and payload cannot trade places. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  const head = Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `, 'utf8');
  return Buffer.concat([head, payload]);
}

export function sealEnvelope(payloadType: string, payload: Uint8Array, signer: Signer): Envelope {
  const sig = signBytes(preAuthEncoding(payloadType, payload), signer).toString('base64');
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: signer.keyid, sig }],
  };
}

/** Whether the signature is the key's under exactly these bytes. */
export function envelopeHolds(envelope: Envelope, sig: Uint8Array, publicHex: string): boolean {
  const payload = fromBase64(envelope.payload);
  if (payload === undefined) return false;
  return signatureOfBytesHolds(preAuthEncoding(envelope.payloadType, payload), publicHex, sig);
}

/** Undefined for base64 that another encoder would have written otherwise: one text for one meaning. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
