export * from './needs.ts';
export * from './rule.ts';
export * from './shifts.ts';
export * from './situation.ts';
export type { Interval } from './wall.ts';
