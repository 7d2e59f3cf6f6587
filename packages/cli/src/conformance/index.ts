export * from './artifact.ts';
export * from './case.ts';
export * from './cases/index.ts';
export * from './run.ts';
