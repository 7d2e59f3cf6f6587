export { Person } from './demo/person.ts';
export * from './exit-codes.ts';
export { buildProgram } from './program.ts';
