export * from './exit-codes.ts';
export { buildProgram } from './program.ts';
