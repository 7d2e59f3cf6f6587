export * from './costs.ts';
export * from './demo/brokers.ts';
export * from './demo/firmware.ts';
export * from './demo/fleet.ts';
export * from './friday/play.ts';
export * from './friday/report.ts';
export * from './friday/scenarios.ts';
export * from './rehearsal/index.ts';
