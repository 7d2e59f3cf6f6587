/**
 * `matrix.yaml`, in the firmware's own repository: the dimensions, how each value is brought up, how the firmware is
 * started, and what is played. `docs/matrix.md` explains it with an example.
 */
import {
  attributeNameSchema,
  durationSchema,
  hardwareSchema,
  normalisationSchema,
  versionSchema,
} from '@tuesday/protocol';
import * as z from 'zod';
import { deviceSchema } from './device.ts';
import { scenarioNameSchema } from './scenario-name.ts';
import { broughtUp, valueSchema, WAYS } from './value.ts';

export const matrixDimensionSchema = z.object({
  /** As the devices report it, and as the fleet's policy calls it. */
  name: attributeNameSchema,
  /** As in the fleet's policy, so that a value means the same here and there. */
  normalise: normalisationSchema.prefault({}),
  /** Absent: those that the inventory has. A plain text is a value that is only told to the devices. */
  values: z
    .array(z.preprocess((given) => (typeof given === 'string' ? { value: given } : given), valueSchema))
    .max(1_000)
    .optional(),
});
export type MatrixDimension = z.infer<typeof matrixDimensionSchema>;

export const planRulesSchema = z.object({
  /** Smallest share of the fleet, 0 to 1, from which a value is in some cell. */
  valuesFrom: z.number().min(0).max(1).default(0.001),
  /** Smallest share from which a value meets every such value of the other dimensions in some cell. */
  pairsFrom: z.number().min(0).max(1).default(0.05),
  /** More cells than that are not proposed. */
  mostCells: z.int().min(1).max(10_000).default(2_000),
});
export type PlanRules = z.infer<typeof planRulesSchema>;

export const limitsSchema = z.object({
  /** How long a cell may take to come up. */
  bringUp: durationSchema.default('60s'),
  /** How long devices may take to connect, and to connect again after a disturbance, in real time. */
  connect: durationSchema.default('20s'),
  /** How long a published message may take, in real time. */
  publish: durationSchema.default('20s'),
  /** Longest time for a whole cell without its soak. */
  cell: durationSchema.default('10m'),
});
export type Limits = z.infer<typeof limitsSchema>;

/** What is tested unless flags say otherwise. */
export const candidateSchema = z.object({
  release: versionSchema,
  hardware: hardwareSchema,
  /** A shell command, run where the file lies, that writes the bytes under test to `$ARTIFACT`. */
  build: z.string().min(1).max(2_000),
});

export const matrixFileSchema = z
  .object({
    name: z.string().min(1).max(64),
    dimensions: z.array(matrixDimensionSchema).min(1).max(64),
    candidate: candidateSchema.optional(),
    device: deviceSchema,
    scenarios: z.array(scenarioNameSchema).min(1).max(32).default(['connect', 'publish', 'broker-restart']),
    /** Device time that the release must run on end; 0s plays no soak. */
    soak: durationSchema.default('0s'),
    plan: planRulesSchema.prefault({}),
    limits: limitsSchema.prefault({}),
  })
  .superRefine((file, context) => {
    const { dimensions } = file;
    const names = dimensions.map(({ name }) => name);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({
          code: 'custom',
          path: ['dimensions', index, 'name'],
          message: `a second ${name}`,
        });
    });
    const brokers = dimensions.filter(({ values = [] }) => values.some(broughtUp));
    if (brokers.length !== 1) {
      const found = brokers.length === 0 ? 'none' : brokers.map(({ name }) => name).join(' and ');
      context.addIssue({
        code: 'custom',
        path: ['dimensions'],
        message: `exactly one dimension says how its values are brought up (it is the broker); here: ${found}`,
      });
    }
    const [broker] = brokers;
    broker?.values?.forEach((value, index) => {
      if (broughtUp(value)) return;
      context.addIssue({
        code: 'custom',
        path: ['dimensions', dimensions.indexOf(broker), 'values', index],
        message: `expected one of ${WAYS.join(', ')}, as beside it`,
      });
    });
  });
export type MatrixFile = z.infer<typeof matrixFileSchema>;

/** The dimension whose values are brokers. */
export function brokerDimension(file: MatrixFile): MatrixDimension {
  return file.dimensions.find(({ values = [] }) => values.some(broughtUp)) as MatrixDimension;
}
