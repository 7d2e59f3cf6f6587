/** Fields that may stand in `matrix.yaml`, by place; `*` is any index. A misspelt one would otherwise pass in silence. */
import { normalisationSchema } from '@tuesday/protocol';
import { deviceSchema, sendsLargeSchema } from './device.ts';
import {
  candidateSchema,
  limitsSchema,
  matrixDimensionSchema,
  matrixFileSchema,
  planRulesSchema,
} from './matrix-file.ts';
import { addressSchema, containerSchema, debianSchema, readsFields, valueFields } from './value.ts';

const value = ['dimensions', '*', 'values', '*'];

export const KNOWN_FIELDS: ReadonlyArray<{ at: readonly string[]; keys: readonly string[] }> = [
  { at: [], keys: Object.keys(matrixFileSchema.shape) },
  { at: ['dimensions', '*'], keys: Object.keys(matrixDimensionSchema.shape) },
  { at: ['dimensions', '*', 'normalise'], keys: Object.keys(normalisationSchema.shape) },
  { at: value, keys: valueFields },
  { at: [...value, 'debian'], keys: Object.keys(debianSchema.shape) },
  { at: [...value, 'container'], keys: Object.keys(containerSchema.shape) },
  { at: [...value, 'address'], keys: Object.keys(addressSchema.shape) },
  { at: [...value, 'reads'], keys: readsFields },
  { at: ['candidate'], keys: Object.keys(candidateSchema.shape) },
  { at: ['device'], keys: Object.keys(deviceSchema.shape) },
  { at: ['device', 'sendsLarge'], keys: Object.keys(sendsLargeSchema.shape) },
  { at: ['plan'], keys: Object.keys(planRulesSchema.shape) },
  { at: ['limits'], keys: Object.keys(limitsSchema.shape) },
];
