/** `matrix.yaml`, with errors that name file, line and field. */
import { KNOWN_FIELDS, type MatrixFile, matrixFileSchema } from '@tuesday/matrix';
import { readYamlFile } from '../yaml-file.ts';

export function readMatrixFile(file: string): Promise<MatrixFile> {
  return readYamlFile(file, matrixFileSchema, KNOWN_FIELDS);
}
