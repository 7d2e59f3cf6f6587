/** What a tester signs about a run of the matrix, and what a fleet believes of it. */
import {
  type Attestation,
  DSSE_PAYLOAD_TYPE,
  type MatrixStatement,
  matrixStatementSchema,
  type OrRefused,
  type Refusal,
  refuse,
  type Tester,
} from '@tuesday/protocol';
import type { Signer } from '../keys.ts';
import { envelopeHolds, fromBase64, sealEnvelope } from './envelope.ts';

/** @throws ZodError when it is no statement: nothing is signed that nobody could read */
export function signAttestation(statement: MatrixStatement, key: Signer): Attestation {
  const payload = Buffer.from(JSON.stringify(matrixStatementSchema.parse(statement)), 'utf8');
  return { ...sealEnvelope(DSSE_PAYLOAD_TYPE, payload, key), payloadType: DSSE_PAYLOAD_TYPE };
}

/**
 * The statement, and the first tester of the list whose signature holds.
 *
 * The payload is read only after that: what nobody signed is not even parsed. A `keyid` picks the key to try and proves
 * nothing.
 *
 * @returns refused `attestation-unsigned` without a signature by a tester of the list, `bad-signature` when theirs is
 *   not 64 bytes of base64, `attestation-altered` when it is not under these bytes, `bad-request` when what they signed
 *   is no matrix statement
 */
export function openAttestation(
  attestation: Attestation,
  testers: readonly Tester[],
): OrRefused<{ statement: MatrixStatement; tester: Tester }> {
  const tester = signedBy(attestation, testers);
  if ('refused' in tester) return tester;
  try {
    const text = Buffer.from(attestation.payload, 'base64').toString('utf8');
    const statement = matrixStatementSchema.safeParse(JSON.parse(text));
    if (statement.success) return { statement: statement.data, tester };
    const issue = statement.error.issues[0];
    return { refused: notAStatement(tester, `${issue?.path.join('.')}: ${issue?.message}`) };
  } catch {
    return { refused: notAStatement(tester, 'it is not JSON') };
  }
}

function signedBy(attestation: Attestation, testers: readonly Tester[]): OrRefused<Tester> {
  let refused = refuse('attestation-unsigned', unsignedBecause(attestation));
  for (const { keyid, sig } of attestation.signatures) {
    for (const tester of testers.filter((one) => one.keyid === keyid)) {
      const bytes = fromBase64(sig);
      if (bytes?.length !== 64) {
        refused = refuse('bad-signature', `The signature of ${tester.name} is not 64 bytes of base64.`);
      } else if (envelopeHolds(attestation, bytes, tester.publicKey)) {
        return tester;
      } else {
        refused = refuse('attestation-altered', `These are not the results that ${tester.name} signed.`);
      }
    }
  }
  return { refused };
}

function unsignedBecause({ signatures }: Attestation): string {
  if (signatures.length === 0) return 'The results carry no signature.';
  const keys = signatures.map(({ keyid }) => `${keyid.slice(0, 12)}…`).join(', ');
  return `No tester of this fleet has the key ${keys}`;
}

function notAStatement(tester: Tester, what: string): Refusal {
  return refuse('bad-request', `What ${tester.name} signed is no statement about a matrix: ${what}.`, {
    field: 'payload',
  });
}
