export * from './device-hours.ts';
export * from './local-time.ts';
export * from './opening-rule.ts';
export * from './openness.ts';
export * from './stage-rules.ts';
