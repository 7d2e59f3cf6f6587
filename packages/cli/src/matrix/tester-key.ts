/** The key with which a tester vouches for results. */
import { readFile, writeFile } from 'node:fs/promises';
import { type Attestation, isRefused, type MatrixStatement, refuse } from '@tuesday/protocol';
import { type KeyPair, openKey, readKeyFile, signAttestation } from '@tuesday/trust';
import { RefusedHere, UsageFault } from '../failures.ts';
import { readPassphrase } from '../secrets.ts';

/** @throws RefusedHere when the key is of another role: people who sign releases do not vouch for tests with it */
export async function openTesterKey(file: string, passphraseFile: string | undefined): Promise<KeyPair> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`--sign: ${file} cannot be read: ${(cause as Error).message}`);
  });
  const about = readKeyFile(text);
  if (isRefused(about)) throw new RefusedHere(about.refused);
  if (about.role !== 'tester') {
    throw new RefusedHere(
      refuse('unknown-key', `${file} is a key for ${about.role}, not of a tester.`, {
        try: 'tuesday matrix key',
      }),
    );
  }
  const key = openKey(text, await readPassphrase(about.label, passphraseFile));
  if (isRefused(key)) throw new RefusedHere(key.refused);
  return key;
}

export async function signResults(
  statement: MatrixStatement,
  key: KeyPair,
  file: string,
): Promise<Attestation> {
  const attestation = signAttestation(statement, key);
  await writeFile(file, `${JSON.stringify(attestation)}\n`);
  return attestation;
}
