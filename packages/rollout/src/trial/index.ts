export * from './attribution.ts';
export * from './evidence-value.ts';
export * from './follow.ts';
export * from './power.ts';
export * from './reading.ts';
export * from './slices.ts';
export { frameOf, type TrialFrame } from './sums.ts';
export * from './trial.ts';
export * from './words.ts';
