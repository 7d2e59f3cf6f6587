/** Test results that a tester has signed, attached to the release that they are about. */
import { readFile } from 'node:fs/promises';
import { attestationSchema, type AttestationView, refuseParse } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, leaf } from '../command.ts';
import { RefusedHere, UsageFault } from '../failures.ts';
import { table, time } from '../output.ts';

export function releaseAttest(): Command {
  return does<{ file?: string; digest?: string }>(
    leaf('attest <version>', 'Attach signed test results to a release; without --file, list what it has', [
      'release attest 3.2.5 --file matrix-results/attestation.json',
      'release attest 3.2.5 --json',
      'release attest 3.2.5 --digest 5f1c… > attestation.json',
    ])
      .addOption(
        new Option('--file <file>', 'what tuesday matrix run --sign has written').conflicts('digest'),
      )
      .option('--digest <sha256>', 'print one that the release has, as its tester signed it'),
    async ({ client, flags, show }, version = '') => {
      const params = { version };
      if (flags.digest !== undefined) {
        const found = await client().call('viewAttestation', { params: { version, digest: flags.digest } });
        return show(found, (one) => JSON.stringify(one, null, 2));
      }
      if (flags.file === undefined)
        return show(await client().call('listAttestations', { params }), ({ attestations }) =>
          describe(attestations),
        );
      const body = await readAttestation(flags.file);
      show(await client().call('attest', { params, body }), (one) => describe([one]));
    },
  );
}

async function readAttestation(file: string) {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageFault(`${file}: is no JSON: ${(error as Error).message}`);
  }
  const parsed = attestationSchema.safeParse(value);
  if (!parsed.success) throw new RefusedHere(refuseParse(parsed.error));
  return parsed.data;
}

function describe(attestations: readonly AttestationView[]): string {
  if (attestations.length === 0) return 'No test results yet: tuesday matrix run --sign.';
  return table([
    ['hardware', 'tester', 'at', 'passed', 'failed', 'not run', 'digest'],
    ...attestations.map((one) => [
      one.hardware,
      one.tester,
      time(one.at),
      String(one.passed),
      String(one.failed),
      String(one.notRun),
      one.sha256,
    ]),
  ]);
}
