/** Files of error codes: a list, each entry in the words of the people who answer the phone. */
import { declaredErrorCodeSchema, type ReleaseManifest, releaseManifestSchema } from '@tuesday/protocol';
import { readYamlFile } from './yaml-file.ts';

export function readCodesFile(file: string): Promise<ReleaseManifest['errorCodes']> {
  return readYamlFile(file, releaseManifestSchema.shape.errorCodes, [
    { at: ['*'], keys: Object.keys(declaredErrorCodeSchema.shape) },
  ]);
}
