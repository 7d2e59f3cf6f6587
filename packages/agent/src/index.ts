export * from './core/boot-loader.ts';
export * from './core/config.ts';
export * from './core/journal.ts';
export * from './core/types.ts';
