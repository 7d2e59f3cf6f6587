import { createPublicKey, verify } from 'node:crypto';
import { type Attestation, attestationSchema, type MatrixStatement } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  generateKey,
  keyFileRoleSchema,
  openAttestation,
  openKey,
  sealKey,
  signAttestation,
} from '../index.ts';
import { preAuthEncoding, sealEnvelope } from './envelope.ts';

const key = generateKey();
const tester = { name: 'lab-1', keyid: key.keyid, publicKey: key.public.keyval.public };
const stranger = generateKey();

const statement: MatrixStatement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: '3.2.5/th-2.bundle', digest: { sha256: 'ab'.repeat(32) } }],
  predicateType: 'urn:tuesday:matrix:v1',
  predicate: {
    release: '3.2.5',
    hardware: 'th-2',
    startedAt: 1_795_700_000_000,
    finishedAt: 1_795_700_060_000,
    runner: 'tuesday 0.1.0, linux x64',
    dimensions: ['broker'],
    cells: [
      {
        cell: { broker: 'mosquitto 2.0.18' },
        result: 'failed',
        because: 'ended with 0x45 – “Netzwerk”',
        devices: 2,
        finishedAt: 1_795_700_060_000,
        soak: { realSeconds: 3.5, deviceSeconds: 12_600 },
        scenarios: [{ scenario: 'connect', result: 'passed', because: '', seconds: 0.25 }],
        log: 'cd'.repeat(32),
      },
    ],
  },
};
const signed = signAttestation(statement, key);

describe('the bytes under a DSSE signature', () => {
  test('are those of the protocol’s test vector, and its signature holds under them', () => {
    const bytes = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(bytes.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    // DSSE protocol v1.0.2, "Test Vectors": ECDSA over P-256 with SHA-256.
    const coordinate = (decimal: bigint) =>
      Buffer.from(decimal.toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const publicKey = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: coordinate(46950820868899156662930047687818585632848591499744589407958293238635476079160n),
        y: coordinate(5640078356564379163099075877009565129882514886557779369047442380624545832820n),
      },
    });
    const sig = Buffer.from(
      'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
      'base64',
    );
    expect(verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, sig)).toBe(true);
  });

  test('count bytes, not characters', () => {
    expect(preAuthEncoding('té', Buffer.from('ü')).toString()).toBe('DSSEv1 3 té 2 ü');
  });

  test('differ for every other type or payload', () => {
    const part = fc.tuple(fc.string({ unit: 'binary', maxLength: 12 }), fc.uint8Array({ maxLength: 12 }));
    fc.assert(
      fc.property(part, part, (one, other) => {
        // A lone surrogate has no UTF-8 of its own; it never comes out of a parsed envelope.
        fc.pre(one[0].isWellFormed() && other[0].isWellFormed());
        const same = one[0] === other[0] && Buffer.from(one[1]).equals(Buffer.from(other[1]));
        expect(preAuthEncoding(...one).equals(preAuthEncoding(...other))).toBe(same);
      }),
    );
  });
});

describe('an attestation', () => {
  test('gives back what was signed, and who signed it', () => {
    expect(openAttestation(signed, [tester])).toEqual({ statement, tester });
  });

  test('is an envelope as it travels', () => {
    expect(attestationSchema.parse(JSON.parse(JSON.stringify(signed)))).toEqual(signed);
  });

  test('is not made of what is no statement', () => {
    const empty = { ...statement, subject: [] };
    expect(() => signAttestation(empty, key)).toThrow('subject');
  });

  const refusals: Array<[string, Attestation, string]> = [
    ['nobody signed', { ...signed, signatures: [] }, 'attestation-unsigned'],
    ['only a stranger signed', signAttestation(statement, stranger), 'attestation-unsigned'],
    [
      'a stranger signed in the tester’s name',
      {
        ...signed,
        signatures: [{ ...signAttestation(statement, stranger).signatures[0]!, keyid: key.keyid }],
      },
      'attestation-altered',
    ],
    [
      'the signature belongs to another run',
      {
        ...signed,
        payload: signAttestation(
          { ...statement, predicate: { ...statement.predicate, release: '3.2.6' } },
          key,
        ).payload,
      },
      'attestation-altered',
    ],
    [
      'the signature is cut short',
      { ...signed, signatures: [{ keyid: key.keyid, sig: 'AAAA' }] },
      'bad-signature',
    ],
    [
      'a tester signed something else',
      sealEnvelope(signed.payloadType, Buffer.from('{"passed":true}'), key) as Attestation,
      'bad-request',
    ],
    [
      'a tester signed what is not JSON',
      sealEnvelope(signed.payloadType, Buffer.from('passed'), key) as Attestation,
      'bad-request',
    ],
    [
      'it was signed as another type',
      {
        ...(sealEnvelope('application/json', Buffer.from(signed.payload, 'base64'), key) as Attestation),
        payloadType: signed.payloadType,
      },
      'attestation-altered',
    ],
  ];
  test.each(refusals)('is refused when %s', (_, attestation, code) => {
    expect(openAttestation(attestation, [tester])).toMatchObject({ refused: { code } });
  });

  test('counts when one of several signatures is a tester’s', () => {
    const other = signAttestation(statement, stranger).signatures[0]!;
    const both = { ...signed, signatures: [other, ...signed.signatures] };
    expect(openAttestation(both, [tester])).toMatchObject({ tester });
  });

  test('is refused after any change to any of its bytes', () => {
    const text = JSON.stringify(signed);
    let reached = 0;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const altered = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const parsed = readEnvelope(altered);
        if (altered === text || parsed === undefined) return;
        reached++;
        expect(openAttestation(parsed, [tester])).toHaveProperty('refused');
      }),
      { numRuns: 3_000 },
    );
    expect(reached).toBeGreaterThan(1_000);
  });

  test('is refused after any single bit of what was signed, or of the signature, turned over', () => {
    const payload = Buffer.from(signed.payload, 'base64');
    const sig = Buffer.from(signed.signatures[0]!.sig, 'base64');
    for (let bit = 0; bit < payload.length * 8; bit += 3)
      expect(openAttestation({ ...signed, payload: turned(payload, bit) }, [tester])).toHaveProperty(
        'refused',
      );
    for (let bit = 0; bit < sig.length * 8; bit++) {
      const signatures = [{ keyid: key.keyid, sig: turned(sig, bit) }];
      expect(openAttestation({ ...signed, signatures }, [tester])).toHaveProperty('refused');
    }
  });
});

test('a tester keeps the key in a file like everybody else', () => {
  const cheap = { memory: 8_192, passes: 1, parallelism: 1 };
  const file = sealKey(key, 'correct horse', { role: 'tester', label: 'lab-1' }, cheap);
  expect(openKey(file, 'correct horse')).toMatchObject({ role: 'tester', keyid: key.keyid });
  expect(keyFileRoleSchema.options).toContain('targets');
});

function readEnvelope(text: string): Attestation | undefined {
  try {
    return attestationSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function turned(bytes: Buffer, bit: number): string {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
  return copy.toString('base64');
}
