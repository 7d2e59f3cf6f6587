export * from './demo/brokers.ts';
export * from './demo/firmware.ts';
export * from './demo/fleet.ts';
