export * from './example-fleet.ts';
export * from './faults.ts';
export { layOut, type RehearsedFleet } from './fleet.ts';
export * from './judged.ts';
export * from './outcome.ts';
export * from './peers.ts';
export * from './rehearse.ts';
export * from './run.ts';
