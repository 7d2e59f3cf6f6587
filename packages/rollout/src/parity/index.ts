export * from './coverage.ts';
export * from './environment.ts';
export * from './gate.ts';
export * from './hold.ts';
export * from './normalise.ts';
export * from './reading.ts';
export * from './words.ts';
