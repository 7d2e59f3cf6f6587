/** Files of error codes: a list, each entry in the words of the people who answer the phone. */
import type { ReleaseManifest } from '@tuesday/protocol';
import { CODES_FILE_KEYS, codesFileSchema } from '@tuesday/protocol/files';
import { readYamlFile } from '../yaml-file.ts';

export function readCodesFile(file: string): Promise<ReleaseManifest['errorCodes']> {
  return readYamlFile(file, codesFileSchema, CODES_FILE_KEYS);
}
