export * from './fit.ts';
export * from './roads.ts';
export * from './standing.ts';
