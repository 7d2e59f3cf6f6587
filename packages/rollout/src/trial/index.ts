export * from './attribution.ts';
export * from './evidence-value.ts';
export * from './follow.ts';
export * from './power.ts';
export * from './reading.ts';
export * from './slices.ts';
export * from './trial.ts';
