import * as z from 'zod';

/** What can happen to a cell. The soak is asked for by its length. */
export const SCENARIO_NAMES = [
  'connect',
  'publish',
  'broker-restart',
  'network-loss',
  'half-open',
  'large-message',
  'keep-alive',
  'clock-step',
] as const;

export const scenarioNameSchema = z.enum(SCENARIO_NAMES);
export type ScenarioName = z.infer<typeof scenarioNameSchema>;
