export * from './core/advance.ts';
export * from './core/boot-loader.ts';
export * from './core/check-in-body.ts';
export * from './core/config.ts';
export * from './core/journal.ts';
export * from './core/types.ts';
