import { attestationSchema } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { attachAttestation } from '../matrix/control-plane.ts';
import { readJsonFile } from '../matrix/json-file.ts';

export function matrixAttachCommand(): Command {
  return does<{ release: string }>(
    leaf('attach <attestation>', 'Hand signed results to the control plane, as evidence for a release', [
      'matrix attach attestation.json --release 3.2.5',
    ]).requiredOption('--release <version>', 'release that the results are about'),
    async ({ flags, session, show }, file = '') => {
      const attestation = await readJsonFile(file, attestationSchema);
      await attachAttestation(session(), flags.release, attestation);
      show({ attached: flags.release }, ({ attached }) => `attached to ${attached}`);
    },
  );
}
