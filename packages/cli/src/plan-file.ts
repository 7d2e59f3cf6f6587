/** Plan files. */
import { gateSchema, type Plan, planSchema, stageSchema } from '@tuesday/protocol';
import { type KnownKeys, readYamlFile } from './yaml-file.ts';

const KNOWN: readonly KnownKeys[] = [
  { at: [], keys: Object.keys(planSchema.shape) },
  { at: ['stages', '*'], keys: Object.keys(stageSchema.shape) },
  { at: ['stages', '*', 'gate'], keys: Object.keys(gateSchema.shape) },
];

export function readPlanFile(file: string): Promise<Plan> {
  return readYamlFile(file, planSchema, KNOWN);
}
