/** Files of error codes: a list, each entry in the words of the people who answer the phone. */
import {
  codeTextSchema,
  declaredErrorCodeSchema,
  type ReleaseManifest,
  releaseManifestSchema,
} from '@tuesday/protocol';
import { type KnownKeys, readYamlFile } from '../yaml-file.ts';

export const CODE_KEYS = Object.keys(declaredErrorCodeSchema.shape);
export const TEXT_KEYS = Object.keys(codeTextSchema.shape);

const KNOWN: readonly KnownKeys[] = [
  { at: ['*'], keys: CODE_KEYS },
  { at: ['*', 'texts', '*'], keys: TEXT_KEYS },
];

export function readCodesFile(file: string): Promise<ReleaseManifest['errorCodes']> {
  return readYamlFile(file, releaseManifestSchema.shape.errorCodes, KNOWN);
}
