export * from './device-hours.ts';
export * from './local-time.ts';
export * from './opening-rule.ts';
export * from './openness.ts';
export * from './planner.ts';
export * from './soak.ts';
export * from './stage-rules.ts';
