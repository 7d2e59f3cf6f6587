/** What can be asked, without the machinery that answers: no schemas, no judge. */
export * from './presets.ts';
export * from './text.ts';
export * from './what-if.ts';
export * from './words.ts';
export * from './friday-evening.ts';
