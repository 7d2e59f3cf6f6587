export * from './command.ts';
export * from './run-demo.ts';
