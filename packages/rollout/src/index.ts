export * from './situation.ts';
